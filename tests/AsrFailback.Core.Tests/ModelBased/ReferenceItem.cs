using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>Where an item of the reference model stands.</summary>
internal enum Stage
{
    /// <summary>Nothing protects it.</summary>
    Bare,

    /// <summary>One side replicates to the other.</summary>
    Replicating,

    /// <summary>Failed over; the choice is not final (FO-07).</summary>
    Tentative,

    /// <summary>Failed over for good; nothing replicates (FO-08).</summary>
    Settled,
}

/// <summary>
/// The reference model of an item: a machine that runs at home or away, and a replication that leads, or last led, away or home.
/// Written from the requirements and the phases of DESIGN.md, not from the product's tables.
/// </summary>
internal sealed record ReferenceItem
{
    public static readonly ReferenceItem Fresh = new();

    public Stage Stage { get; init; }

    /// <summary>The machine runs away from home.</summary>
    public bool Away { get; init; }

    /// <summary>The replication leads, or last led, home.</summary>
    public bool Homeward { get; init; }

    /// <summary>A test machine exists.</summary>
    public bool Rehearsed { get; init; }

    /// <summary>It was declared at home where it is (RP-08).</summary>
    public bool Migrated { get; init; }

    /// <summary>A failover, or a change before its commit, stopped in the middle.</summary>
    public bool Halfway { get; init; }

    /// <summary>What the machine overwrites since its failover is not kept any more: its points are not exact.</summary>
    public bool Unkept { get; init; }

    /// <summary>
    /// Whether commands lead there: a machine runs at the source of its replication until it fails over, rehearsals exist toward Azure
    /// only, a migration ends in Azure. Rules are asked of any facts; the service's words are for these.
    /// </summary>
    public bool IsReachable => Stage switch
    {
        Stage.Bare => this == Fresh,
        Stage.Replicating => Away == Homeward && !(Rehearsed && Homeward) && !Migrated,
        Stage.Tentative => Away != Homeward && !Rehearsed && !Migrated,
        _ => Away != Homeward && !Rehearsed && !Halfway && !(Migrated && Homeward),
    };

    /// <summary>The item after a command that was not refused.</summary>
    public ReferenceItem After(ProtectionOperation done) => done switch
    {
        ProtectionOperation.Enable => Fresh with { Stage = Stage.Replicating },
        ProtectionOperation.TestFailover => this with { Rehearsed = true },
        ProtectionOperation.CleanUpTestFailover => this with { Rehearsed = false },
        ProtectionOperation.Failover => this with { Stage = Stage.Tentative, Away = !Homeward, Halfway = false, Unkept = false },
        ProtectionOperation.SwitchPoint => this with { Halfway = false }, // the machine runs again, where it ran
        ProtectionOperation.CancelFailover => this with { Stage = Stage.Replicating, Away = Homeward, Halfway = false }, // it runs at the source again
        ProtectionOperation.Commit => this with { Stage = Stage.Settled, Unkept = false },
        ProtectionOperation.Reprotect => this with { Stage = Stage.Replicating, Homeward = Away },
        ProtectionOperation.CompleteMigration => this with { Migrated = true },
        ProtectionOperation.Disable => Fresh,
        _ => this,
    };

    /// <summary>The item after something happened.</summary>
    public ReferenceItem After(Step step) => (Stage, step) switch
    {
        (Stage.Replicating, Step.FailoverBreaksOffEarly or Step.FailoverBreaksOff) or (Stage.Tentative, Step.FailoverBreaksOff) => this with { Halfway = true },
        (Stage.Tentative, Step.NothingIsKept) => this with { Unkept = true },
        _ => this,
    };
}
