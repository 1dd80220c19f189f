using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Every call of a journal's day to its file system fails once, in every way it can: the error is said, the journal is
/// opened again, goes on with the same day, and has everything acknowledged at its end. And it stops at every operation.
/// </summary>
public sealed class JournalFaultTests(ITestOutputHelper output)
{
    private const int DayLength = 22;
    private static readonly int Ends = Scale.Of(1, 4);

    [Theory]
    [InlineData(Fault.NoSpace)]
    [InlineData(Fault.IoError)]
    [InlineData(Fault.ShortWrite)]
    [InlineData(Fault.ShortWrite, true)]
    public void A_call_that_failed_once_is_reported_and_the_day_goes_on_with_everything_acknowledged(Fault fault, bool encrypted = false)
    {
        var (failures, silent, broken) = (0, new List<string>(), new List<string>());
        for (var day = 1; day <= Scale.Of(1, 10); day++)
        {
            for (var call = 1; ; call++)
            {
                var disk = NewDisk(encrypted);
                var files = new FaultyFileSystem(disk, call, fault);
                var outcome = new Day(files, day, () => files.Failed is not null).Run(DayLength);
                if (files.Failed is null)
                {
                    break;
                }

                failures++;
                silent.AddRange(outcome is { Errors: 0, Owed: false } ? [$"day {day}, call {call}, {files.Failed}"] : []);
                broken.AddRange(JournalVerifier.Verify(disk, outcome.During).Violations.Take(1).Select(one => $"day {day}, call {call}, {files.Failed}: {one}"));
            }
        }

        output.WriteLine($"{failures} calls failed once each with {fault}: {silent.Count} silent, {broken.Count} broken");
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
        Assert.Empty(silent);
        Assert.True(failures > 300);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_journal_that_stops_at_any_operation_has_everything_acknowledged(bool encrypted)
    {
        var (stops, broken) = (0, new List<string>());
        for (var day = 1; day <= Scale.Of(1, 20); day++)
        {
            for (var operation = 1; ; operation++)
            {
                var disk = NewDisk(encrypted);
                var outcome = new Day(new ObservedFileSystem(disk, new PowerCut(operation).Observe), day, () => false).Run(DayLength);
                if (!outcome.Stopped)
                {
                    break;
                }

                stops++;
                foreach (var end in Enumerable.Range(0, Ends).Select(end => disk.Crash(new Random(end))).Append(disk))
                {
                    broken.AddRange(JournalVerifier.Verify(end, outcome.During).Violations.Take(1).Select(one => $"day {day}, operation {operation}: {one}"));
                }
            }
        }

        output.WriteLine($"{stops} operations, each stopped at and seen as {Ends} power cuts and as a kill: {broken.Count} broken");
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
        Assert.True(stops > 200);
    }

    private static SimulatedDisk NewDisk(bool encrypted)
    {
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, JournalFiles.DiskBytes, encrypted);
        return disk;
    }

    /// <summary>How a day ended.</summary>
    /// <param name="Stopped">The power was cut.</param>
    /// <param name="Errors">Errors that were said.</param>
    /// <param name="Owed">A call failed while the journal was opened, which a full disk does not keep it from: what it owes it tries again.</param>
    /// <param name="During">What it may hold.</param>
    private sealed record DayOutcome(bool Stopped, int Errors, bool Owed, IReadOnlyList<JournalModel> During);

    /// <summary>The same operations for the same number. What failed is done again, at last by a journal opened anew.</summary>
    private sealed class Day
    {
        private readonly IFileSystem _files;
        private readonly JournalWorkload _workload;
        private IReadOnlyList<JournalModel> _during = [new(new DiskState(JournalFiles.DiskBytes))];
        private readonly Func<bool> _failed;
        private int _errors;
        private bool _owed;

        public Day(IFileSystem files, int number, Func<bool> failed)
        {
            _failed = failed;
            var random = new Random(number);
            (_files, _workload) = (files, new JournalWorkload(random, new RecordFactory(random, JournalFiles.DiskBytes)));
        }

        public DayOutcome Run(int length)
        {
            RetentionJournal? journal = null;
            JournalOperation? operation = null;
            var model = _during[0];
            for (var count = 0; count < length;)
            {
                var failedBefore = _failed();
                try
                {
                    journal ??= JournalFiles.Open(_files);
                    operation ??= _workload.Next(model);
                    _during = operation.During;
                    journal = operation.Act(_files, journal);
                    _owed |= operation.Name == "reopen" && !failedBefore && _failed();
                    model = operation.After(journal);
                    (_during, operation) = ([model], null);
                    count++;
                }
                catch (AsrException)
                {
                    Assert.True(++_errors < 10, "it never goes on");
                    journal?.Dispose();
                    journal = null;
                }
                catch (PowerCutException)
                {
                    return new DayOutcome(true, _errors, _owed, _during);
                }
            }

            journal?.Dispose();
            return new DayOutcome(false, _errors, _owed, _during);
        }
    }
}
