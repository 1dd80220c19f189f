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

    /// <summary>The last failover was a planned one: it lost nothing (FO-02).</summary>
    public bool Planned { get; init; }

    /// <summary>Its disks at home hold a part of what a failback sends (FB-06).</summary>
    public bool Torn { get; init; }

    /// <summary>Whether the machine leaves Azure, or the secondary site, with a failover.</summary>
    public bool ComesHome => Stage == Stage.Settled ? Away : Homeward;

    /// <summary>
    /// Whether commands lead there: a machine runs at the source of its replication until it fails over, a failback that fetches its data
    /// may have been given up, rehearsals go where the way allows them, a migration ends in Azure. Rules are asked of any facts; the
    /// service's words are for these.
    /// </summary>
    public bool IsReachable(Way way) => Stage switch
    {
        Stage.Bare => this == Fresh,
        Stage.Replicating => Away == Homeward && !(Rehearsed && Homeward && way != Way.Mirrored) && !Migrated && !(Torn && !(Homeward && way == Way.Fetched)),
        Stage.Tentative => Away != Homeward && !Rehearsed && !Migrated && !Torn,
        _ => (Away != Homeward || (Torn && Away)) && !Rehearsed && !Halfway && !(Migrated && (!Away || way == Way.Mirrored)) && !(Torn && !(Away && way == Way.Fetched)),
    } && !(Planned && way == Way.Turned);

    /// <summary>The item after a command that was not refused.</summary>
    /// <param name="done">What was carried out.</param>
    /// <param name="way">Between which sites.</param>
    /// <param name="planned">Whether a failover was a planned one.</param>
    public ReferenceItem After(ProtectionOperation done, Way way, bool planned) => done switch
    {
        ProtectionOperation.Enable => Fresh with { Stage = Stage.Replicating },
        ProtectionOperation.TestFailover => this with { Rehearsed = true },
        ProtectionOperation.CleanUpTestFailover => this with { Rehearsed = false },
        ProtectionOperation.Failover => this with { Stage = Stage.Tentative, Away = !ComesHome, Homeward = ComesHome, Halfway = false, Unkept = false, Planned = planned, Torn = false },
        ProtectionOperation.SwitchPoint => this with { Halfway = false }, // the machine runs again, where it ran
        ProtectionOperation.CancelFailover => this with
        {
            Stage = Stage.Replicating, Away = Homeward, Halfway = false, Torn = Homeward && way == Way.Fetched, // it runs at the source again; what it wrote at home is written over (FB-06)
        },
        ProtectionOperation.Commit when way == Way.Mirrored && Planned => this with { Stage = Stage.Replicating, Homeward = Away, Unkept = false }, // FO-08
        ProtectionOperation.Commit => this with { Stage = Stage.Settled, Unkept = false },
        ProtectionOperation.Reprotect => this with { Stage = Stage.Replicating, Homeward = Away },
        ProtectionOperation.CompleteMigration => this with { Migrated = true },
        ProtectionOperation.Disable => Fresh,
        _ => this,
    };

    /// <summary>The item after something happened.</summary>
    /// <param name="step">What happens.</param>
    /// <param name="way">Between which sites.</param>
    public ReferenceItem After(Step step, Way way) => (Stage, step) switch
    {
        (Stage.Settled, Step.DataSyncBegins) when FetchesData(way) => this with { Torn = true },
        (Stage.Settled, Step.DataIsSentHome) when FetchesData(way) => this with { Stage = Stage.Replicating, Homeward = true, Torn = true },
        (Stage.Replicating, Step.DataSyncIsGivenUp) when Torn && !Halfway => this with { Stage = Stage.Settled }, // it runs on in Azure, unprotected as before
        (Stage.Replicating, Step.FailoverBreaksOffEarly or Step.FailoverBreaksOff) or (Stage.Tentative, Step.FailoverBreaksOff) => this with { Halfway = true },
        (Stage.Tentative, Step.NothingIsKept) => this with { Unkept = true },
        _ => this,
    };

    private bool FetchesData(Way way) => way == Way.Fetched && Away && !Migrated && !Halfway;
}
