using System.Collections.Concurrent;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Operations;

namespace AsrFailback.Engine.Jobs;

/// <summary>
/// Runs recorded jobs task by task. Every task is recorded as begun before its first side effect and as ended after its
/// last (invariant 4), so whoever opens the vault next goes on at the first task that has not ended.
/// </summary>
internal sealed class JobRunner(
    JobStore jobs, AuditLog audit, Func<FailbackCommand, Operation> operationOf, EngineOptions options, CancellationToken stop)
{
    private readonly ConcurrentDictionary<string, Run> _running = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, JobProgress> _progress = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Failures that could not be stored, by job name.</summary>
    public ConcurrentDictionary<string, Job> UnrecordedFailures { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Starts a recorded job, or goes on with it; one run at a time per name, and none of a job that has ended or waits for somebody.</summary>
    public void Start(JobRecord record)
    {
        lock (_running)
        {
            var before = _running.GetValueOrDefault(record.Job.Name);
            var stopJob = before is { Task.IsCompleted: false } ? before.Stop : new CancellationTokenSource();
            var task = Task.Run(() => RunAfterAsync(before?.Task ?? Task.CompletedTask, record.Job.Name, stopJob.Token), CancellationToken.None);
            _running[record.Job.Name] = new Run(task, stopJob);
        }
    }

    /// <summary>Starts a job again that was stopped or failed for a reason outside, from that task; returns it as recorded.</summary>
    public JobRecord Restart(JobRecord record)
    {
        // The last one that failed: the job went on after the others.
        var failed = record.Job.Tasks.ToList().FindLastIndex(task => task.State == JobState.Failed || task.State == JobState.Cancelled);
        var again = record.WithTask(Math.Max(failed, 0), task => task with { State = JobState.NotStarted, EndTime = null });
        again = again with { Job = again.Job with { Error = null, EndTime = null } };
        again = Save(audit.Note(again, AuditAction.Restarted));
        Start(again);
        return again;
    }

    /// <summary>Goes on with a job that waits for somebody; returns it as recorded.</summary>
    public JobRecord Resume(JobRecord record, string observation)
    {
        var again = record.WithTask(record.NextTask(), task => task with { Observation = observation });
        again = Save(audit.Note(again, AuditAction.Resumed, observation));
        Start(again);
        return again;
    }

    /// <summary>Ends a job that waits for somebody.</summary>
    public async Task CancelAsync(JobRecord record)
    {
        await TidyUpAsync(operationOf(record.Command)).ConfigureAwait(false);
        End(record, record.NextTask(), JobState.Cancelled, ErrorCatalogue.Error("JobStopped", record.Job.Name));
    }

    /// <summary>Waits until a job has ended or is suspended, or the engine closes.</summary>
    public async Task WaitAsync(string name, CancellationToken cancellation)
    {
        if (_running.TryGetValue(name, out var running))
        {
            await running.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The last sign of life of a running job, with those of the jobs it has begun; null when it does not run.</summary>
    public JobProgress? ProgressOf(string name) => _progress.GetValueOrDefault(name) is { } own
        ? own with { Parts = [.. _progress.Values.Where(part => part.Job.StartsWith($"{name}.", StringComparison.OrdinalIgnoreCase)).OrderBy(part => part.Job, StringComparer.OrdinalIgnoreCase)] }
        : null;

    /// <summary>Asks a running job to stop at its next safe place and waits until it has stopped or ended.</summary>
    public async Task StopAsync(string name, CancellationToken cancellation)
    {
        if (_running.TryGetValue(name, out var running))
        {
            await running.Stop.CancelAsync().ConfigureAwait(false);
        }

        await WaitAsync(name, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until every running job has stopped.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Values.Select(running => running.Task));

    // What cannot even be recorded (a full disk under the store) is kept in memory; the stored job is still unfinished and
    // can be started again.
    private async Task RunAfterAsync(Task before, string name, CancellationToken stopJob)
    {
        await before.ConfigureAwait(false);
        if (jobs.Find(name) is not { Job.State.IsFinal: false } record || record.Job.State == JobState.Suspended)
        {
            return;
        }

        try
        {
            UnrecordedFailures.TryRemove(name, out _);
            await RunAsync(record, stopJob).ConfigureAwait(false);
        }
        catch (Exception unsaved)
        {
            UnrecordedFailures[name] = record.Ended(JobState.Failed, ErrorOf(unsaved), Now()).Job;
        }
        finally
        {
            _progress.TryRemove(name, out _);
        }
    }

    private async Task RunAsync(JobRecord record, CancellationToken stopJob)
    {
        var operation = operationOf(record.Command);
        var tasks = operation.Tasks;
        var noReturn = Scenario.Of(record.Command).FirstUnstoppable;
        while (record.NextTask() is var index && index >= 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, index < noReturn ? stopJob : CancellationToken.None);
            record = Save(record.WithTask(index, task => task with { State = JobState.InProgress, StartTime = task.StartTime ?? Now() }));
            var context = new TaskContext(record, index, jobs, Report, either.Token);
            context.Report("");
            try
            {
                either.Token.ThrowIfCancellationRequested();
                await tasks[index](context).ConfigureAwait(false);
                if (context.IsSuspended)
                {
                    Save(context.Record.SuspendedAt(index));
                    return;
                }

                // Stored with the start of the next task, or the end of the job: a stop before that lets the task run again.
                record = context.Record.WithTask(index, task => task with
                {
                    State = task.State == JobState.Other ? JobState.Other : context.EndsAs, EndTime = Now(),
                });
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // The engine closes; the job stays in progress and continues at the next open.
                return;
            }
            catch (Exception) when (either.IsCancellationRequested)
            {
                await TidyUpAsync(operation).ConfigureAwait(false);
                End(context.Record, index, JobState.Cancelled, ErrorCatalogue.Error("JobStopped", record.Job.Name));
                return;
            }
            catch (Exception failure)
            {
                End(context.Record, index, JobState.Failed, ErrorOf(failure));
                return;
            }
        }

        SaveEnded(record.Ended(record.EndsAs, null, Now()));
    }

    // What it cannot put right is seen in the health of its item.
    private static async Task TidyUpAsync(Operation operation)
    {
        try
        {
            await operation.WhenStoppedAsync().ConfigureAwait(false);
        }
        catch (AsrException)
        {
            // The job was stopped all the same.
        }
    }

    private void Report(JobProgress progress)
    {
        _progress[progress.Job] = progress;
        options.Progress(progress);
    }

    private static AsrError ErrorOf(Exception failure) =>
        (failure as AsrException)?.Error ?? ErrorCatalogue.Error("Unexpected", failure.ToString());

    private void End(JobRecord record, int index, JobState state, AsrError error) =>
        SaveEnded(record.WithTask(index, task => task with { State = state, EndTime = Now() }).Ended(state, error, Now()));

    // A stop between the two lets the job end once more, and be recorded once more.
    private void SaveEnded(JobRecord record) => Save(audit.Note(record, AuditAction.Ended));

    private JobRecord Save(JobRecord record)
    {
        jobs.Save(record);
        return record;
    }

    private sealed record Run(Task Task, CancellationTokenSource Stop);

    private DateTimeOffset Now() => options.Clock.GetUtcNow();
}
