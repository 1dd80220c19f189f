using System.Globalization;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// 256 MiB of blocks that a machine wrote while nobody listened are moved, applied and flushed, against writing as many
/// blocks at the same places and flushing them. The journal is new, as after a reprotect; with a point in it, every block's
/// before-image and the redo log are written as well, which is said beside it.
/// </summary>
internal static class TrackedResync
{
    private const long GiB = 1L << 30;
    private const int DirtyCount = 4096;
    private const int OtherContent = 1000; // than was written before: what the target has already is not moved
    private const int RoundsOfCompiling = 5; // what new processes run is slow for so long
    private static readonly int[] Sizes = [1, 4, 16];

    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var seconds = new List<double>();
        var compiling = new TrackedDisks(stage, Sizes[0] * GiB);
        for (var round = 0; round < RoundsOfCompiling; round++)
        {
            compiling.Ours(round, withPoint: false);
        }

        foreach (var size in Sizes)
        {
            var disks = new TrackedDisks(stage, size * GiB);
            var (ours, raw) = stage.InTurn(run => disks.Ours(run, withPoint: false), disks.Raw);
            seconds.Add(ours);
            yield return new Figure($"trackedResyncVsWrite{size}GiB", ours / raw, new Goal(2, AtLeast: false), Detail(ours, raw));
            if (size == Sizes[^1])
            {
                var (withPoint, rawAgain) = stage.InTurn(run => disks.Ours(OtherContent + run, withPoint: true), run => disks.Raw(OtherContent + run));
                yield return new Figure("trackedResyncWithPointVsWrite", withPoint / rawAgain, null, Detail(withPoint, rawAgain));
            }
        }

        yield return new Figure("trackedResyncSizeRatio", seconds[^1] / seconds[0], new Goal(1.2, AtLeast: false), "16 GiB against 1 GiB");
    }

    private static string Detail(double ours, double raw) => string.Create(CultureInfo.InvariantCulture, $"ours {ours:F3} s, plain writes {raw:F3} s");

    private sealed class TrackedDisks
    {
        private readonly Pair _pair;
        private readonly string _image;
        private readonly string _replica;
        private readonly string _raw;

        public TrackedDisks(ReplicationStage stage, long bytes)
        {
            (_pair, _image, _replica, _raw) = (stage.SharedPair, stage.At("tracked.raw"), stage.At("tracked-replica.raw"), stage.At("tracked-plain.raw"));
            foreach (var path in new[] { _image, _replica, _raw })
            {
                SeededImage.Create(path, bytes).Dispose();
            }

            _pair.ForgetDigests();
        }

        /// <summary>One outage, resynchronised.</summary>
        public double Ours(int run, bool withPoint)
        {
            _pair.ForgetJournal();
            _pair.Open(_image, _replica, "nothing");
            if (withPoint)
            {
                _pair.Replicate(); // in order: when the next synchronisation starts, this becomes a point
                _pair.Source.Ask("stop");
            }

            _pair.Source.Ask($"write {DirtyCount} {run}");
            var seconds = ReplicationStage.Time(() => _pair.Replicate(), _image, _replica);
            _pair.Close();
            Resync.RequireSame(_image, _replica);
            return seconds;
        }

        /// <summary>The same blocks, written.</summary>
        public double Raw(int run)
        {
            using var disk = RawImage.Open(new LocalFileSystem(), _raw, writable: true);
            var blocks = new List<(long Offset, byte[] Content)>();
            DirtyBlocks.Write(disk.Length, DirtyCount, run, (offset, content) => blocks.Add((offset, [.. content])));
            return ReplicationStage.Time(() =>
            {
                foreach (var (offset, content) in blocks)
                {
                    disk.Write(offset, content);
                }

                disk.Flush();
            });
        }
    }
}
