using System.Collections.Concurrent;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Jobs;

/// <summary>
/// Runs recorded jobs task by task. Every task is recorded as begun before its first side effect and as ended after its
/// last (invariant 4), so whoever opens the vault next goes on at the first task that has not ended.
/// </summary>
internal sealed class JobRunner(
    JobStore jobs, Func<FailbackCommand, IReadOnlyList<Func<TaskContext, Task>>> tasksOf, EngineOptions options, CancellationToken stop)
{
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Starts a recorded job, or goes on with it; one run at a time per name, and none of a job that has ended.</summary>
    public void Start(JobRecord record)
    {
        lock (_running)
        {
            var before = _running.GetValueOrDefault(record.Job.Name) ?? Task.CompletedTask;
            _running[record.Job.Name] = Task.Run(() => RunAfterAsync(before, record.Job.Name), CancellationToken.None);
        }
    }

    /// <summary>Starts a job again that failed for a reason outside, from the failed task; returns it as recorded.</summary>
    public JobRecord Restart(JobRecord record)
    {
        var failed = record.Job.Tasks.ToList().FindIndex(task => task.State == JobState.Failed);
        var again = record.WithTask(Math.Max(failed, 0), task => task with { State = JobState.NotStarted, EndTime = null });
        again = again with { Job = again.Job with { Error = null, EndTime = null } };
        jobs.Save(again);
        Start(again);
        return again;
    }

    /// <summary>Waits until a job has ended, or the engine closes.</summary>
    public async Task WaitAsync(string name, CancellationToken cancellation)
    {
        if (_running.TryGetValue(name, out var running))
        {
            await running.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until every running job has stopped.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Values);

    // What cannot even be recorded (a full disk under the store) is kept in memory; the stored job is still unfinished and
    // can be started again.
    private async Task RunAfterAsync(Task before, string name)
    {
        await before.ConfigureAwait(false);
        if (jobs.Find(name) is not { Job.State.IsFinal: false } record)
        {
            return;
        }

        try
        {
            UnrecordedFailures.TryRemove(name, out _);
            await RunAsync(record).ConfigureAwait(false);
        }
        catch (Exception unsaved)
        {
            UnrecordedFailures[name] = record.Ended(JobState.Failed, ErrorOf(unsaved), Now()).Job;
        }
    }

    private async Task RunAsync(JobRecord record)
    {
        var tasks = tasksOf(record.Command);
        while (record.NextTask() is var index && index >= 0)
        {
            record = Save(record.WithTask(index, task => task with { State = JobState.InProgress, StartTime = task.StartTime ?? Now() }));
            var context = new TaskContext(record, index, jobs, options.Progress, stop);
            context.Report("");
            try
            {
                stop.ThrowIfCancellationRequested();
                await tasks[index](context).ConfigureAwait(false);
                record = Save(context.Record.WithTask(index, task => task with
                {
                    State = task.State == JobState.Other ? JobState.Other : JobState.Succeeded, EndTime = Now(),
                }));
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // The engine closes; the job stays in progress and continues at the next open.
                return;
            }
            catch (Exception failure)
            {
                Fail(context.Record, index, ErrorOf(failure));
                return;
            }
        }

        Save(record.Ended(JobState.Succeeded, null, Now()));
    }

    private static AsrError ErrorOf(Exception failure) =>
        (failure as AsrException)?.Error ?? ErrorCatalogue.Error("Unexpected", failure.ToString());

    private void Fail(JobRecord record, int index, AsrError error) =>
        Save(record.WithTask(index, task => task with { State = JobState.Failed, EndTime = Now() }).Ended(JobState.Failed, error, Now()));

    /// <summary>Failures that could not be stored, by job name.</summary>
    public ConcurrentDictionary<string, Job> UnrecordedFailures { get; } = new(StringComparer.OrdinalIgnoreCase);

    private JobRecord Save(JobRecord record)
    {
        jobs.Save(record);
        return record;
    }

    private DateTimeOffset Now() => options.Clock.GetUtcNow();
}
