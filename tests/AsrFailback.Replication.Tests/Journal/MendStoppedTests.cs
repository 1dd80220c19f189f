using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A damaged block is fetched again, and that is stopped at every operation, by a power cut and by a kill. To see it fail,
/// open the journal again as if it were trusted, or save what the replica holds as the before-image.
/// </summary>
public sealed class MendStoppedTests(ITestOutputHelper output)
{
    private const int Seed = 4_711;
    private static readonly BlockAddress Damaged = new(0, 1);
    private static readonly BlockAddress AlsoDamaged = new(1, 2); // the last one, which is short

    [Fact]
    public void It_costs_no_point_when_the_machine_has_not_written_there() => Assert.Equal(0, StoppedEverywhere(bench =>
        [() => bench.Whole(new(0, 2)), () => bench.Whole(new(1, 0))]));

    [Fact]
    public void Every_point_is_exact_or_known_to_be_spoilt_when_the_machine_writes_there_meanwhile() => Assert.NotEqual(0, StoppedEverywhere(bench =>
        [() => bench.Whole(new(1, 0)), () => bench.Part(Damaged, 3), () => bench.Part(Damaged, 7), () => bench.Whole(AlsoDamaged)]));

    private int StoppedEverywhere(Func<DamageBench, Func<LogRecord>[]> meanwhile)
    {
        var wrong = new List<string>();
        var (stops, spoilt) = (0, 0);
        for (var stop = 1; ; stop++)
        {
            foreach (var killed in new[] { true, false })
            {
                using var bench = Prepared();
                if (!MendUntil(bench, stop, meanwhile(bench)))
                {
                    output.WriteLine($"seed {Seed}: {stops} stops, {spoilt} with spoilt points, {wrong.Count} wrong");
                    Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong.Take(12)));
                    Assert.True(stops > 60, $"{stops} stops");
                    return spoilt;
                }

                bench.Reopen(killed ? bench.Disk : bench.Disk.Crash(new Random(Seed + stop)));
                var spoiltBefore = bench.Spoilt;
                bench.Mend();
                spoilt += spoiltBefore || bench.Journal.Spoilings > 0 ? 1 : 0;
                stops++;
                wrong.AddRange(bench.Differences().Select(one => $"{(killed ? "killed" : "cut")} at operation {stop}: {one}"));
            }
        }
    }

    private static DamageBench Prepared()
    {
        var bench = new DamageBench();
        bench.Send(bench.Whole(new(0, 0)));
        bench.Mark();
        bench.Send(bench.Whole(new(1, 1)), bench.Whole(new(0, 3)));
        bench.Mark();
        bench.Flip(Damaged);
        bench.Flip(AlsoDamaged);
        bench.ScrubAndRemember();
        return bench;
    }

    private static bool MendUntil(DamageBench bench, int stop, Func<LogRecord>[] meanwhile)
    {
        var cut = new PowerCut(stop);
        try
        {
            bench.OnFile = cut.Observe;
            bench.Mend(meanwhile);
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }
}
