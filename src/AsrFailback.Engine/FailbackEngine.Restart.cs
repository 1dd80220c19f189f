using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine;

/// <content>Jobs that are started again, or go on after somebody has done his part.</content>
public sealed partial class FailbackEngine
{
    /// <inheritdoc/>
    public Task<Job> RestartJobAsync(string name, CancellationToken cancellation = default)
    {
        lock (_submission)
        {
            var record = Jobs.Find(name) ?? throw ErrorCatalogue.Exception("JobNotFound", name);
            if (record.Job.Error is not { Temporary: true })
            {
                throw ErrorCatalogue.Exception("JobNotRestartable", name, record.Job.State);
            }

            if (ReasonsAgainstRestart(record) is [_, ..] reasons)
            {
                throw ErrorCatalogue.Refusal(record.Job.FriendlyName, record.Job.TargetObjectName, reasons);
            }

            // Its tasks were decided for the state it left; whatever came later has changed that.
            return Jobs.LaterOn(record) is { } later
                ? throw ErrorCatalogue.Exception("JobSuperseded", name, later.FriendlyName, later.Name, later.TargetObjectName)
                : Task.FromResult(Shown(_runner.Restart(record)));
        }
    }

    /// <inheritdoc/>
    public Task<Job> ResumeJobAsync(string name, string comment, CancellationToken cancellation = default)
    {
        RequireComment(name, comment);
        lock (_submission)
        {
            _stop.Token.ThrowIfCancellationRequested();
            var record = Jobs.Find(name) ?? throw ErrorCatalogue.Exception("JobNotFound", name);
            return record.Job.State == JobState.Suspended
                ? Task.FromResult(Shown(_runner.Resume(record, comment)))
                : throw ErrorCatalogue.Exception("JobNotSuspended", name, record.Job.State);
        }
    }

    /// <inheritdoc/>
    public Task<Job> CompleteFailoverAsync(string item, string comment, Guid? pointId = null, bool allowOlderPoint = false, CancellationToken cancellation = default)
    {
        lock (_submission)
        {
            var waiting = Jobs.Unfinished().FirstOrDefault(record => record.Job.State == JobState.Suspended && record.Command is StartFailover failover && IsName(failover.Item, item))
                ?? throw ErrorCatalogue.Exception("NothingToComplete", item);
            RequireComment(waiting.Job.Name, comment);
            if (pointId is not null)
            {
                waiting = waiting with { Command = WithPoint((StartFailover)waiting.Command with { PointId = pointId, AllowOlderPoint = allowOlderPoint }, waiting.Job.Name) };
                Jobs.Save(waiting);
            }

            return ResumeJobAsync(waiting.Job.Name, comment, cancellation);
        }
    }

    private static void RequireComment(string job, string comment)
    {
        if (string.IsNullOrWhiteSpace(comment))
        {
            throw ErrorCatalogue.Exception("CommentMissing", job);
        }

        if (comment.Length > CleanUpTestFailover.MaxComment)
        {
            throw ErrorCatalogue.Exception("CommentTooLong", comment.Length, CleanUpTestFailover.MaxComment);
        }
    }

    // The same rules as when it was submitted; only now there are points to choose from.
    private StartFailover WithPoint(StartFailover failover, string job)
    {
        var refused = OperationOf(failover).Results(job).Where(check => check is { Id: "Point" or "OlderPointConfirmed", State: CheckState.Failed }).Select(check => check.Finding!).ToArray();
        return refused.Length == 0 ? failover : throw ErrorCatalogue.Refusal(Scenario.Of(failover).FriendlyName, failover.Item, refused);
    }

    // One that waits for somebody has no run that could be stopped.
    private Job CancelSuspended(string name)
    {
        lock (_submission)
        {
            var record = Jobs.Find(name)!;
            if (record.Job.State != JobState.Suspended)
            {
                return Shown(record);
            }

            _runner.CancelAsync(record).GetAwaiter().GetResult();
            return Shown(Jobs.Find(name)!);
        }
    }

    /// <summary>Starts the newest job of every target again that failed for a reason outside; what somebody stopped waits for somebody to start it.</summary>
    /// <returns>Names of all jobs that were started again or are unfinished.</returns>
    public IReadOnlyList<string> RestartFailedJobs()
    {
        lock (_submission)
        {
            var newest = Jobs.List().Where(record => record.Command is not BackupConfigurationServer).DistinctBy(record => record.Subject, StringComparer.OrdinalIgnoreCase);
            var restarted = newest.Where(record => record.Job.State == JobState.Failed && record.Job.Error is { Temporary: true } && !WasStoppedInPart(record) && ReasonsAgainstRestart(record).Count == 0)
                .Select(record => _runner.Restart(record).Job.Name).ToArray();

            var unfinished = Jobs.Unfinished().Where(record => OutdatedFor(record) is null).ToArray();
            foreach (var record in unfinished)
            {
                _runner.Start(record);
            }

            return [.. restarted.Union(unfinished.Select(record => record.Job.Name))];
        }
    }

    // A plan or a drill that is started again would start that part of it again.
    private bool WasStoppedInPart(JobRecord record) => ShownWhole(record).Tasks.Any(task => task.ChildTasks.Any(part => part.State == JobState.Cancelled));

    // What a vault older than its sites remembers of a machine must not be acted on.
    private AsrError? OutdatedFor(JobRecord record) =>
        record.Job.TargetObjectType != TargetObjectType.RecoveryPlan && TryRuntimeOf(record.Job.TargetObjectName)?.Failure is { Id: "VaultOutdated" } outdated ? outdated : null;

    private IReadOnlyList<AsrError> ReasonsAgainstRestart(JobRecord record) =>
        OutdatedFor(record) is { } outdated ? [outdated] : [.. BusyReasons(record), .. OperationOf(record.Command).TryReasonsAgainstRestart(record.Job.Name)];

    // A machine that somebody else has now is not taken away, neither by its own earlier job nor by a plan.
    private IEnumerable<AsrError> BusyReasons(JobRecord record)
    {
        if (record.Command is not (ItemCommand or RunRecoveryPlan))
        {
            return [];
        }

        var busy = Jobs.Busy(record.Job.Name);
        return record.Holds.Where(busy.ContainsKey).Select(name => BusyError.Of(name, busy[name]));
    }
}
