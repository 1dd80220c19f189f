using System.Diagnostics;
using AsrFailback.Replication.Source;

namespace AsrFailback.Bench.Replication;

/// <summary>A guest that writes 4 KiB and flushes, 2,000 times a second, two at every tick of a millisecond.</summary>
internal static class PacedWriter
{
    private const int EachTick = 2;
    private const int WriteSize = 4096;
    private const long Area = 256L << 20; // a database, not the whole disk
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>The time that 99 of 100 flushed writes took at most, seconds.</summary>
    public static async Task<double> P99SecondsAsync(WriteSplitter machine, int writes)
    {
        var random = new Random(1);
        var content = new byte[WriteSize];
        var taken = new List<double>(writes);
        using var timer = new PeriodicTimer(Tick);
        while (taken.Count < writes && await timer.WaitForNextTickAsync())
        {
            for (var one = 0; one < EachTick; one++)
            {
                random.NextBytes(content);
                var place = random.NextInt64(Area / WriteSize) * WriteSize;
                var began = Stopwatch.GetTimestamp();
                machine.Write(0, place, content);
                machine.Flush();
                taken.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        return taken.Order().ElementAt(taken.Count * 99 / 100);
    }
}
