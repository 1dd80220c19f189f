using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>Facts of an item for tests.</summary>
internal static class Facts
{
    public static readonly ProtectionFacts Web01 = new()
    {
        Item = "web01", HomeFabric = "onprem", RecoveryFabric = "azure", Policy = ReplicationPolicy.Default,
    };

    public static readonly TestFailoverFacts Test = new(new Guid("7a1d6a3e-0000-4000-8000-000000000001"), "web01-test");

    public static readonly Job Job = new()
    {
        Name = "job-1", ScenarioName = "CommitFailover", FriendlyName = "Commit", TargetObjectName = "web01", TargetObjectType = TargetObjectType.ProtectionEntity,
        State = JobState.InProgress, Tasks = [], StartTime = new DateTimeOffset(2026, 11, 20, 8, 30, 0, TimeSpan.Zero),
    };

    public static ProtectionFacts In(Phase phase, Side source = Side.Home, Side active = Side.Home) =>
        Web01 with { Phase = phase, SourceSide = source, ActiveSide = active };
}
