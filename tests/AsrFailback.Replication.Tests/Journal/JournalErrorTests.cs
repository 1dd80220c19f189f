using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Every changing operation of a journal's day fails once.</summary>
public sealed class JournalErrorTests(ITestOutputHelper output)
{
    private const int ScenarioSeed = 11;
    private const int ScenarioLength = 36;

    [Fact]
    public void After_any_failed_operation_a_reopened_journal_has_everything_acknowledged()
    {
        var failures = 0;
        for (var operation = 1; Fail(operation, cut: null) is { } outcome; operation++)
        {
            failures++;
            Assert.True(outcome.Violations.Count == 0, $"operation {operation}, {outcome.Failed}: {string.Join(" ", outcome.Violations)}");
        }

        output.WriteLine($"{failures} operations failed once each");
        Assert.InRange(failures, 300, 5_000);
    }

    [Fact]
    public void A_failed_call_can_be_repeated_on_the_same_journal_and_survives_a_power_cut_later()
    {
        var broken = new List<(string Failed, string What)>();
        var states = 0;
        for (var operation = 1; operation < 400; operation += 1)
        {
            for (var cut = operation + 1; cut < operation + 40; cut += 13)
            {
                if (Fail(operation, cut) is { } outcome)
                {
                    states++;
                    broken.AddRange(outcome.Violations.Take(1).Select(one => (outcome.Failed, $"{operation}, power cut {cut}: {one}")));
                }
            }
        }

        output.WriteLine($"{states} failures followed by a power cut");
        var perOperation = broken.GroupBy(one => one.Failed).Select(group => $"{group.Count()} x {group.Key}, as {group.First().What}");
        Assert.True(broken.Count == 0, $"{broken.Count} of {states}:{Environment.NewLine}{string.Join(Environment.NewLine, perOperation)}");
    }

    // Runs the scenario with one failing operation. Without a power cut the process ends at the failure; with one, the
    // failed call is repeated on the same journal, if that refuses on one opened anew, and the power fails later.
    private static (string Failed, IReadOnlyList<Violation> Violations)? Fail(int operation, int? cut)
    {
        var failure = new OneFailure(operation);
        var power = new PowerCut(cut ?? int.MaxValue);
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, JournalFiles.DiskBytes);
        var files = new ObservedFileSystem(new ObservedFileSystem(disk, failure.Observe), power.Observe);
        var random = new Random(ScenarioSeed);
        var workload = new JournalWorkload(random, new RecordFactory(random, JournalFiles.DiskBytes));
        var (model, candidates) = RunScenario(files, workload, failure, repeat: cut is not null);
        if (failure.Failed is null)
        {
            return null;
        }

        var left = cut is null ? disk : disk.Crash(new Random(operation));
        return (failure.Failed, JournalVerifier.Verify(left, [model, .. candidates]).Violations);
    }

    private static (JournalModel Model, IReadOnlyList<JournalModel> During) RunScenario(
        IFileSystem files, JournalWorkload workload, OneFailure failure, bool repeat)
    {
        var model = new JournalModel(new DiskState(JournalFiles.DiskBytes));
        IReadOnlyList<JournalModel> during = [model];
        var journal = default(RetentionJournal);
        var operation = default(JournalOperation);
        var refusals = 0;
        for (var count = 0; count < ScenarioLength;)
        {
            try
            {
                journal ??= JournalFiles.Open(files);
                operation ??= workload.Next(model);
                during = operation.During;
                journal = operation.Act(files, journal);
                model = operation.After(journal);
                (during, operation) = ([model], null);
                count++;
            }
            catch (AsrException)
            {
                if (!repeat)
                {
                    break;
                }

                if (++refusals > 1 || operation is null or { Name: "reopen" })
                {
                    failure.Forget();
                    journal?.Dispose();
                    journal = null;
                }
            }
            catch (PowerCutException)
            {
                break;
            }
        }

        return (during[0], during);
    }
}
