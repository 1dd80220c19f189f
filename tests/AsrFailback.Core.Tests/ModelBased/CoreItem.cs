using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>
/// The product under a walk: its rules judge, its table says the next phase. The sides it keeps are moved here as its engine
/// moves them, because they are no matter of the core; the engine's own walks watch that.
/// </summary>
internal sealed record CoreItem(ProtectionFacts Facts)
{
    // Not what the failback policy fixes (TO-09), so that the two can be told apart.
    private static readonly ProtectionFacts Bare = Tests.Facts.Web01 with { Policy = ReplicationPolicy.Default with { RpoThreshold = TimeSpan.FromMinutes(5) } };
    private static readonly Machine Replica = new(Bare.Item, Guid.Empty, "Linux", "", MachineNic.Only(null), [new MachineDisk("disk0", "", 1 << 20)], PowerState.Off, 0);

    /// <summary>The facts that say the same as an item of the reference.</summary>
    public static CoreItem Of(ReferenceItem item, Outside outside) => new(Bare with
    {
        HomeKind = outside.HomeKind,
        RecoveryKind = outside.RecoveryKind,
        Phase = PhaseOf(item.Stage),
        SourceSide = item.Homeward ? Side.Recovery : Side.Home,
        ActiveSide = item.Away ? Side.Recovery : Side.Home,
        TestFailover = item.Rehearsed ? Tests.Facts.Test : null,
        MigrationCompleted = item.Migrated,
        Switching = item.Halfway,
        PointsKept = !item.Unkept,
        LastFailover = item.Planned ? FailoverType.Planned : FailoverType.Unplanned,
        HomeInconsistent = item.Torn,
    });

    public static Phase PhaseOf(Stage stage) => stage switch
    {
        Stage.Bare => Phase.Unprotected,
        Stage.Replicating => Phase.Protected,
        Stage.Tentative => Phase.CommitPending,
        _ => Phase.Committed,
    };

    /// <summary>The reasons against a command, with the sites in view.</summary>
    public IReadOnlyList<string> Refusals(Outside outside, Step command) => Failed(ReadinessRules.Evaluate(PhaseChecks.All, new Situation
    {
        Facts = Facts,
        Operation = command.Operation()!.Value,
        Command = command.Command(Facts.Item),
        Around = Around(outside),
        Target = new SiteView(new InventorySnapshot
        {
            Fabric = Facts.FabricOf(Facts.TargetSide), Kind = Facts.KindOf(Facts.TargetSide), Reachable = true, Connected = true,
            Machines = outside.ReplicaLost ? [] : [Replica],
        }),
    }));

    /// <summary>The reasons against an operation, by the facts alone.</summary>
    public IReadOnlyList<string> RefusalsByFacts(Outside outside, ProtectionOperation operation) =>
        Failed(ProtectionRules.Check(Facts, operation, Around(outside)));

    /// <summary>Every operation that the item shows, and the reasons against it.</summary>
    public IReadOnlyDictionary<string, string> Shown(Outside outside) => ProtectionRules.OperationsOf(Facts, Around(outside))
        .ToDictionary(status => status.Operation, status => string.Join(' ', status.Reasons.Select(reason => reason.Id).Order(StringComparer.Ordinal)));

    /// <summary>What the health of the item says.</summary>
    public string? Health(Outside outside) => ProtectionRules.HealthOf(Facts, outside.Busy ? Tests.Facts.Job : null)?.Id;

    /// <summary>The item after a command that was not refused.</summary>
    /// <param name="done">What was carried out.</param>
    /// <param name="planned">Whether a failover was a planned one.</param>
    public CoreItem After(ProtectionOperation done, bool planned)
    {
        var next = Facts with { Phase = (PhaseTable.Find(Facts.Path, Facts.Phase, done) ?? throw new InvalidOperationException($"No row for {done} in {Facts.Phase}.")).Next };
        return new CoreItem(done switch
        {
            ProtectionOperation.TestFailover => next with { TestFailover = Tests.Facts.Test },
            ProtectionOperation.CleanUpTestFailover => next with { TestFailover = null },
            ProtectionOperation.Failover => next with
            {
                SourceSide = Facts.FailoverFrom, ActiveSide = Facts.FailoverFrom.Other(), Epoch = Facts.Epoch + 1, Switching = false, ShutDown = false, PointsKept = true,
                LastFailover = planned ? FailoverType.Planned : FailoverType.Unplanned, HomeInconsistent = false,
            },
            ProtectionOperation.Commit when Facts is { Path: ProviderPath.HyperVReplica, LastFailover: FailoverType.Planned } => new CoreItem(next).After(ProtectionOperation.Reprotect, planned).Facts,
            ProtectionOperation.SwitchPoint => next with { Epoch = Facts.Epoch + 1, Switching = false },
            ProtectionOperation.CancelFailover => next with
            {
                ActiveSide = Facts.SourceSide, Epoch = Facts.Epoch + 1, Switching = false,
                HomeInconsistent = Facts is { Path: ProviderPath.HyperVReplicaAzure, SourceSide: Side.Recovery },
            },
            ProtectionOperation.Reprotect => next with { SourceSide = Facts.ActiveSide, ReplicationEpoch = Facts.Epoch },
            ProtectionOperation.CompleteMigration => next with { MigrationCompleted = true },
            ProtectionOperation.Enable or ProtectionOperation.Disable => Bare with { HomeKind = Facts.HomeKind, RecoveryKind = Facts.RecoveryKind, Phase = next.Phase },
            _ => next,
        });
    }

    /// <summary>The item after something happened.</summary>
    public CoreItem After(Step step) => (Facts.Phase, step) switch
    {
        (Phase.Committed, Step.DataSyncBegins) when FetchesData => new CoreItem(Facts with { HomeInconsistent = true }),
        (Phase.Committed, Step.DataIsSentHome) when FetchesData => new CoreItem(Facts with { Phase = Phase.Protected, SourceSide = Side.Recovery, HomeInconsistent = true }),
        (Phase.Protected, Step.DataSyncIsGivenUp) when Facts is { HomeInconsistent: true, Switching: false, ShutDown: false } => new CoreItem(Facts with { Phase = Phase.Committed }),
        (Phase.Protected, Step.FailoverBreaksOffEarly) => new CoreItem(Facts with { ShutDown = true }),
        (Phase.Protected or Phase.CommitPending, Step.FailoverBreaksOff) => new CoreItem(Facts with { Switching = true }),
        (Phase.CommitPending, Step.NothingIsKept) => new CoreItem(Facts with { PointsKept = false }),
        _ => this,
    };

    /// <summary>The item in the service's words.</summary>
    public string Words(Outside outside) => ProductWords.Of(ServiceProjection.Project(Facts, ArmId.Vault(Guid.Empty, "v"), outside.HasPoint, currentJob: null));

    private bool FetchesData => Facts is { BringsDataHome: true, MigrationCompleted: false, Switching: false, ShutDown: false };

    private Surroundings Around(Outside outside) => new(outside.HasPoint ? 1 : 0, outside.Link, outside.Busy ? Tests.Facts.Job : null)
    {
        Outdated = outside.Outdated ? ErrorCatalogue.Error("VaultOutdated", Facts.Item, "azure", "epoch 3", "epoch 2") : null,
    };

    private static string[] Failed(IEnumerable<CheckResult> checks) =>
        [.. checks.Where(check => check.State == CheckState.Failed).Select(check => check.Finding!.Id).Order(StringComparer.Ordinal)];
}
