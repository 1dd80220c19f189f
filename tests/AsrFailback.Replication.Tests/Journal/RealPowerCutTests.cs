using System.Globalization;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// The power of a real file system fails under a working journal; mounted again, it has everything acknowledged.
/// To see it fail: leave out the flush of <c>RedoLog.Append</c>.
/// </summary>
public sealed class RealPowerCutTests(ITestOutputHelper output)
{
    private const int MostOperations = 150;

    [PowerCutTheory]
    [InlineData("ext4", 64)]
    [InlineData("xfs", 320)]
    public void A_journal_keeps_every_promise_through_a_power_cut_of_a_real_file_system(string kind, int mebibytes)
    {
        var cuts = int.Parse(Environment.GetEnvironmentVariable("ASRFAILBACK_POWER_CUTS") ?? "200", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next(1 << 20);
        output.WriteLine($"seed {seed}");
        using var shelf = PowerCutDisk.NewShelf();
        var (met, broken) = (0, new List<string>());
        for (var cut = 0; cut < cuts; cut++)
        {
            var (during, violations) = CutOnce(shelf, kind, mebibytes, new Random(seed + cut));
            met += during ? 1 : 0;
            broken.AddRange(violations.Select(one => $"cut {cut}: {one}"));
        }

        output.WriteLine($"{cuts} power cuts of {kind}, {met} of them met the journal at work, {broken.Count} violations");
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
        Assert.True(met > cuts / 2);
    }

    private static (bool During, IReadOnlyList<Violation> Violations) CutOnce(LoopDisk shelf, string kind, int mebibytes, Random random)
    {
        using var disk = new PowerCutDisk(shelf, kind, mebibytes);
        JournalFiles.Create(disk.Files, JournalFiles.DiskBytes);
        var worker = new Worker(disk.Files, random);
        var (thread, after) = (new Thread(worker.Run), random.Next(1, MostOperations));
        thread.Start();
        SpinWait.SpinUntil(() => worker.Done >= after || !thread.IsAlive);
        var states = worker.BeginNoMore();
        disk.CutPower();
        thread.Join();
        Assert.Null(worker.Failure);
        disk.MountAgain();
        return (states.Count > 1, JournalVerifier.Verify(disk.Files, states).Violations);
    }

    private sealed class Worker(IO.IFileSystem files, Random random)
    {
        private readonly JournalWorkload _workload = new(random, new RecordFactory(random, JournalFiles.DiskBytes));
        private readonly object _gate = new();
        private IReadOnlyList<JournalModel> _states = [new(new DiskState(JournalFiles.DiskBytes))];
        private bool _stopped;
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public Exception? Failure { get; private set; }

        /// <summary>Lets the operation that has begun end and begins no other.</summary>
        /// <returns>The states that a cut from now on may leave, earliest first.</returns>
        public IReadOnlyList<JournalModel> BeginNoMore()
        {
            lock (_gate)
            {
                _stopped = true;
                return _states;
            }
        }

        public void Run()
        {
            try
            {
                var model = _states[0];
                var journal = JournalFiles.Open(files);
                while (_workload.Next(model) is var operation && TryBegin(operation.During))
                {
                    journal = operation.Act(files, journal);
                    model = operation.After(journal);
                    TryBegin([model]);
                    Interlocked.Increment(ref _done);
                }

                journal.Dispose();
            }
            catch (Exception failure)
            {
                Failure = failure;
            }
        }

        private bool TryBegin(IReadOnlyList<JournalModel> states)
        {
            lock (_gate)
            {
                _states = _stopped ? _states : states;
                return !_stopped;
            }
        }
    }
}
