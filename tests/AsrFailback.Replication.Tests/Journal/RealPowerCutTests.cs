using System.Globalization;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>The power of a real file system fails under a working journal; mounted again, it has everything acknowledged.</summary>
public sealed class RealPowerCutTests(ITestOutputHelper output)
{
    private const int MostOperations = 150;

    [PowerCutTheory]
    [InlineData("ext4", 64)]
    [InlineData("xfs", 320)]
    public void A_journal_keeps_every_promise_through_a_power_cut_of_a_real_file_system(string kind, int mebibytes)
    {
        var cuts = int.Parse(Environment.GetEnvironmentVariable("ASRFAILBACK_POWER_CUTS") ?? "100", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next(1 << 20);
        output.WriteLine($"seed {seed}");
        var (met, broken) = (0, new List<string>());
        for (var cut = 0; cut < cuts; cut++)
        {
            var (during, violations) = CutOnce(kind, mebibytes, new Random(seed + cut));
            met += during ? 1 : 0;
            broken.AddRange(violations.Select(one => $"cut {cut}: {one}"));
        }

        output.WriteLine($"{cuts} power cuts of {kind}, {met} of them met the journal at work, {broken.Count} violations");
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
        Assert.True(met > cuts / 2);
    }

    private static (bool During, IReadOnlyList<Violation> Violations) CutOnce(string kind, int mebibytes, Random random)
    {
        using var disk = new LoopDisk(kind, mebibytes);
        JournalFiles.Create(disk.Files, JournalFiles.DiskBytes);
        var worker = new Worker(disk, random);
        var (thread, after) = (new Thread(worker.Run), random.Next(1, MostOperations));
        thread.Start();
        SpinWait.SpinUntil(() => worker.Done >= after || !thread.IsAlive);
        disk.CutPower();
        thread.Join();
        disk.MountAgain();
        return (worker.Refused, JournalVerifier.Verify(disk.Files, worker.During).Violations);
    }

    private sealed class Worker(LoopDisk disk, Random random)
    {
        private readonly JournalWorkload _workload = new(random, new RecordFactory(random, JournalFiles.DiskBytes));
        private int _done;

        public int Done => Volatile.Read(ref _done);

        /// <summary>Whether the cut met it in the middle of something.</summary>
        public bool Refused { get; private set; }

        public IReadOnlyList<JournalModel> During { get; private set; } = [new(new DiskState(JournalFiles.DiskBytes))];

        public void Run()
        {
            var model = During[0];
            RetentionJournal? journal = null;
            try
            {
                journal = JournalFiles.Open(disk.Files);
                for (; _done < MostOperations * 20; Interlocked.Increment(ref _done))
                {
                    var operation = _workload.Next(model);
                    During = operation.During;
                    journal = operation.Act(disk.Files, journal);
                    model = operation.After(journal);
                    During = [model];
                }
            }
            catch (AsrException)
            {
                Refused = true;
            }
            finally
            {
                journal?.Dispose();
            }
        }
    }
}
