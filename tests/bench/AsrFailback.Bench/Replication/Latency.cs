using System.Globalization;

namespace AsrFailback.Bench.Replication;

/// <summary>How long a guest waits for its flushed writes while it is replicated, against not.</summary>
internal static class Latency
{
    private const int Writes = 4_000;

    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var (image, replica) = (stage.At("guest.raw"), stage.At("guest-replica.raw"));
        SeededImage.Create(image, 1L << 30).Dispose();
        SeededImage.Create(replica, 1L << 30).Dispose();
        using var pair = stage.NewPair();
        pair.Open(image, replica, "full");
        var (replicating, alone) = stage.InTurn(
            _ =>
            {
                pair.Replicate();
                var seconds = P99(pair);
                pair.Source.Ask("drain");
                pair.Source.Ask("stop");
                return seconds;
            },
            _ => P99(pair));
        pair.Close();
        yield return new Figure("writeP99Ratio", replicating / alone, new Goal(3, AtLeast: false), string.Create(
            CultureInfo.InvariantCulture, $"replicating {replicating * 1e3:F2} ms, not {alone * 1e3:F2} ms, 2,000 writes of 4 KiB a second, each flushed"));
    }

    private static double P99(Pair pair)
    {
        ReplicationStage.Rest();
        return double.Parse(pair.Source.Ask($"latency {Writes}"), CultureInfo.InvariantCulture);
    }
}
