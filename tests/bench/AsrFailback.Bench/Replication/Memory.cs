using System.Globalization;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Replication;

/// <summary>The most memory that either end ever holds while a sparse disk of 1 TiB is copied for the first time.</summary>
internal static class Memory
{
    private const long TiB = 1L << 40;
    private const int Scattered = 4096; // 256 MiB of data

    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var (image, replica) = (stage.At("large.raw"), stage.At("large-replica.raw"));
        SeededImage.Create(image, TiB).Dispose();
        SeededImage.Create(replica, TiB).Dispose();
        using (var disk = RawImage.Open(new LocalFileSystem(), image, writable: true))
        {
            DirtyBlocks.Write(TiB, Scattered, 1, (offset, content) => disk.Write(offset, content));
            disk.Flush();
        }

        using var pair = stage.NewPair();
        pair.Open(image, replica, "full");
        var seconds = ReplicationStage.Time(() => pair.Replicate());
        var (source, target) = (pair.Source.PeakBytes >> 20, pair.Target.PeakBytes >> 20);
        pair.Close();
        File.Delete(image);
        File.Delete(replica);
        yield return new Figure("peakMemoryMiB", Math.Max(source, target), new Goal(256, AtLeast: false), string.Create(
            CultureInfo.InvariantCulture, $"source {source} MiB, target {target} MiB, {seconds:F1} s"));
    }
}
