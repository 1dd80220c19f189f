namespace AsrFailback.Bench.Replication;

/// <summary>What each stage takes by itself.</summary>
internal static class Stages
{
    public static IEnumerable<Figure> Measure(ReplicationStage stage) => [];
}
