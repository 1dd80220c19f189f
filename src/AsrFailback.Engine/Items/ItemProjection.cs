using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Items;

/// <summary>An item as users see it, from what is open of it.</summary>
internal static class ItemProjection
{
    private const int MostShown = 5;

    /// <summary>The item.</summary>
    /// <param name="runtime">What is open of it.</param>
    /// <param name="vault">The vault's id.</param>
    /// <param name="currentJob">The unfinished job that has it to itself, or null.</param>
    /// <param name="outages">Why fabrics cannot be reached now, by name.</param>
    /// <param name="mappings">Which networks are mapped to which.</param>
    /// <param name="now">The moment, UTC.</param>
    public static ProtectedItem Of(
        ItemRuntime runtime, ArmId vault, Job? currentJob, IReadOnlyCollection<(string Fabric, AsrError Error)> outages, IReadOnlyList<NetworkMapping> mappings, DateTimeOffset now) =>
        ServiceProjection.Project(runtime.State.Facts, vault, runtime.Journal is not { Points.Count: 0 }, currentJob?.Name) with
        {
            Nics = NicPlan.Shown(runtime.State.Facts, mappings),
            RollBackAtUtc = now + runtime.RollBackLeft,
            Operations = ProtectionRules.OperationsOf(runtime.State.Facts, SurroundingsOf(runtime, currentJob)),
            HealthErrors =
            [
                .. new[] { ProtectionRules.HealthOf(runtime.State.Facts, currentJob), runtime.Failure, runtime.Session?.Failure, runtime.Session?.Refusal, HistoryShrunkOf(runtime), HistoryDamageOf(runtime), PointsLostOf(runtime.State.Facts), MissedPointOf(runtime), runtime.Quiescence.LeftFrozen, runtime.Quiescence.Failure, DamageOf(runtime, runtime.Journal?.DamagedBlocks ?? []) }.OfType<AsrError>(),
                .. runtime.State.Facts.ReplicaSuspect ? [ErrorCatalogue.Error("ReplicaSuspect", runtime.State.Facts.Item)] : Array.Empty<AsrError>(),
                .. runtime.SiteHealth,
                .. HealthRules.CheckLeft(runtime.State.Facts),
                .. currentJob is null && TestMachineLeftOf(runtime) is { } left ? [left] : Array.Empty<AsrError>(),
                .. TestFailoverOldOf(runtime.State.Facts, now) is { } old ? [old] : Array.Empty<AsrError>(),
                .. outages.Where(outage => runtime.Uses(outage.Fabric)).Select(outage => outage.Error),
                .. RpoExceeded(runtime, now) is { } behind ? [behind] : Array.Empty<AsrError>(),
            ],
        };

    /// <summary>What is wrong with blocks of a replica; null without any.</summary>
    public static AsrError? DamageOf(ItemRuntime runtime, IReadOnlyList<BlockAddress> blocks) => blocks.Count == 0 ? null : ErrorCatalogue.Error(
        "ReplicaDamaged", runtime.State.Facts.Item, blocks.Count, string.Join(", ", blocks.OrderBy(address => (address.Disk, address.Block)).Take(MostShown).Select(address => $"disk {address.Disk} block {address.Block}")));

    // How much work may be at risk is the policy's to say (TO-09). A replication that was opened a moment ago does not follow
    // yet and is not behind for that: the last sample must have found the same.
    private static AsrError? RpoExceeded(ItemRuntime runtime, DateTimeOffset now)
    {
        var facts = runtime.State.Facts;
        var allowed = facts.PolicyInForce.RpoThreshold;
        return RpoOf(runtime, now) is { } rpo && rpo > allowed && runtime.Rpo.Newest?.Seconds > allowed.TotalSeconds
            ? ErrorCatalogue.Error("RpoExceeded", facts.Item, TimeSpan.FromSeconds(Math.Floor(rpo.TotalSeconds)), allowed)
            : null;
    }

    /// <summary>That a write of the machine did not end in time for the last point; null when it did.</summary>
    public static AsrError? MissedPointOf(ItemRuntime runtime) =>
        runtime.Machine is { MissedPoint: true } ? ErrorCatalogue.Error("WriteHangs", runtime.State.Facts.Item, WriteSplitter.RestLimit.TotalSeconds) : null;

    private static AsrError? HistoryShrunkOf(ItemRuntime runtime) =>
        (runtime.Journal ?? runtime.Undo) is { PointsGivenUp: > 0 and var count } ? ErrorCatalogue.Error("HistoryShrunk", count) : null;

    /// <summary>What is wrong with its history; null when nothing is known to be.</summary>
    public static AsrError? HistoryDamageOf(ItemRuntime runtime) => (runtime.Journal ?? runtime.Undo)?.HistoryDamage is { Count: > 0 } findings
        ? ErrorCatalogue.Error("HistoryDamaged", runtime.State.Facts.Item, string.Join(" ", findings.Take(MostShown)))
        : null;

    private static AsrError? PointsLostOf(ProtectionFacts facts) =>
        facts is { Phase: Phase.CommitPending, PointsKept: false } ? ErrorCatalogue.Error("PointsLost", facts.Item) : null;

    // It keeps its point, and everything since, from being let go.
    private static AsrError? TestFailoverOldOf(ProtectionFacts facts, DateTimeOffset now) =>
        facts is { TestFailover.StartedUtc: { } began, Policy.TestFailoverLimit: null } && now - began >= ReplicationPolicy.TestFailoverWarning
            ? ErrorCatalogue.Error("TestFailoverOld", facts.Item, Math.Floor((now - began).TotalDays))
            : null;

    private static AsrError? TestMachineLeftOf(ItemRuntime runtime) => runtime is { LeftTestMachine: { } machine, State.Facts: { TestFailover: null } facts }
        ? ErrorCatalogue.Error("TestMachineLeft", facts.Item, machine, facts.RecoveryFabric)
        : null;

    /// <summary>What surrounds the item's phase.</summary>
    /// <param name="runtime">What is open of the item.</param>
    /// <param name="busyWith">The unfinished job that has it to itself, or null.</param>
    /// <param name="now">The moment, UTC; null where the expected loss is of no interest.</param>
    public static Surroundings SurroundingsOf(ItemRuntime runtime, Job? busyWith, DateTimeOffset? now = null)
    {
        var points = runtime.Points ?? [];
        var mode = runtime.Session?.Status.Mode ?? ReplicationMode.Stopped;
        var keyMissing = runtime.KeyMissing;
        return new Surroundings(runtime.State.Facts.Switching || keyMissing ? Math.Max(1, points.Count) : points.Count, mode, busyWith) // a failover under way has its point, its journal is closed
        {
            KeyMissing = keyMissing,
            Points = points,
            ExpectedLoss = now is { } moment ? RpoOf(runtime.Session, mode, points, moment) : null,
            WrittenSinceNewest = now is { } current && runtime.Undo is null && points.Count > 0 && WroteAfter(runtime, points[^1]) ? current - points[^1].TimeUtc : TimeSpan.Zero,
            ExpectedLostWrites = runtime.Session is { Follows: true } ? runtime.Machine?.UnacknowledgedWrites : null,
            Writes = runtime.Machine?.Writes ?? 0,
            WrittenBytes = runtime.Machine?.DirtyBytes ?? 0,
            LeftTestMachine = runtime.LeftTestMachine,
            Outdated = runtime.Failure is { Id: "VaultOutdated" } outdated ? outdated : null,
        };
    }

    /// <summary>The listed points, oldest first; after a failover the one it went to.</summary>
    public static IReadOnlyList<RecoveryPoint> PointsOf(ItemRuntime runtime)
    {
        var facts = runtime.State.Facts;
        var points = runtime.Points ?? (facts.FailoverPoint is { } point ? [point] : []);
        return [.. points.Select(point => point with { Item = facts.Item })];
    }

    /// <summary>What its replication is doing.</summary>
    public static ReplicationStatus ReplicationOf(ItemRuntime runtime, DateTimeOffset now)
    {
        var journal = runtime.Journal;
        var points = journal?.Points ?? [];
        var status = runtime.Session?.Status ?? new ReplicationStatus(ReplicationMode.Stopped, 0, 0, 0, 0, 0, journal?.Acknowledged ?? LogPosition.None);
        return status with
        {
            Item = runtime.State.Facts.Item,
            QueueLimitBytes = WriteSplitter.QueueLimit,
            DirtyBytes = runtime.Machine?.DirtyBytes ?? 0,
            RpoSeconds = RpoOf(runtime.Session, status.Mode, points, now)?.TotalSeconds,
            RpoHistory = runtime.Rpo.Samples,
            RecoveryPoints = points.Count,
            NewestPointUtc = points.Count > 0 ? points[^1].TimeUtc : null,
            OldestPointUtc = points.Count > 0 ? points[0].TimeUtc : null,
            HistoryBytes = journal?.HistoryBytes ?? 0,
            HistoryLimitBytes = runtime.State.Facts.PolicyInForce.MaxHistoryBytes,
        };
    }

    /// <summary>Remembers how far the target is behind at this moment.</summary>
    public static void SampleRpo(ItemRuntime runtime, DateTimeOffset now)
    {
        if (RpoOf(runtime, now) is { } rpo)
        {
            runtime.Rpo.Add(new RpoSample(now, rpo.TotalSeconds));
        }
    }

    private static TimeSpan? RpoOf(ItemRuntime runtime, DateTimeOffset now) =>
        RpoOf(runtime.Session, runtime.Session?.Status.Mode ?? ReplicationMode.Stopped, runtime.Journal?.Points ?? [], now);

    // What waits in the queue would be behind the point as well. The machine itself is not asked: its disk may hang.
    private static bool WroteAfter(ItemRuntime runtime, RecoveryPoint point) => runtime.Session?.Status is { } status
        ? status.Acknowledged > point.Position || status.QueuedBytes > 0
        : runtime.Journal?.Acknowledged > point.Position;

    // While it follows, the target lacks what is queued. Otherwise a failover would go back to the newest point.
    private static TimeSpan? RpoOf(ReplicationSession? session, ReplicationMode mode, IReadOnlyList<RecoveryPoint> points, DateTimeOffset now)
    {
        if (session is { Follows: true } && mode is ReplicationMode.InOrder or ReplicationMode.Disconnected)
        {
            return now - (session!.OldestUnacknowledgedUtc ?? now);
        }

        return points.Count > 0 ? now - points[^1].TimeUtc : null;
    }
}
