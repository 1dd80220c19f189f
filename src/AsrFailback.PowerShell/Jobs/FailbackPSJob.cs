using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>A job of the vault as a PowerShell job: for <c>Wait-Job</c>, <c>Receive-Job</c>, <c>Stop-Job</c>.</summary>
internal sealed class FailbackPSJob : System.Management.Automation.Job
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IFailbackService _service;
    private readonly CancellationTokenSource _stop = new();
    private string _status;

    public FailbackPSJob(IFailbackService service, AsrFailback.Job job, string command)
        : base(command, job.Name)
    {
        (_service, _status) = (service, job.FriendlyName);
        PSJobTypeName = "AsrFailback";
        SetJobState(System.Management.Automation.JobState.Running);
        _ = Task.Run(() => FollowAsync(job.Name));
    }

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0 || Warning.Count > 0;

    /// <inheritdoc/>
    public override string Location => _service.Vault.Name;

    /// <inheritdoc/>
    public override string StatusMessage => _status;

    /// <summary>Stops the vault's job at its next safe place; it can be started again with Restart-AsrJob.</summary>
    public override void StopJob()
    {
        try
        {
            _service.StopJobAsync(Name, _stop.Token).GetAwaiter().GetResult();
        }
        catch (AsrException refusal)
        {
            Error.Add(ErrorRecords.Of(refusal, Name));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task FollowAsync(string name)
    {
        try
        {
            var watcher = new JobWatcher(_service, record =>
            {
                _status = record.RecordType == ProgressRecordType.Completed ? _status : record.StatusDescription;
                Progress.Add(record);
            });
            var job = await watcher.WaitAsync(name, timeout: null, _stop.Token).ConfigureAwait(false);
            while (JobOutput.SuspensionOf(job) is { } suspended)
            {
                Warning.Add(new WarningRecord("JobSuspended", suspended));
                SetJobState(System.Management.Automation.JobState.Blocked);
                await ResumedAsync(name).ConfigureAwait(false);
                SetJobState(System.Management.Automation.JobState.Running);
                job = await watcher.WaitAsync(name, timeout: null, _stop.Token).ConfigureAwait(false);
            }

            foreach (var warning in job.Warnings)
            {
                Warning.Add(new WarningRecord(warning.Id, warning.Message));
            }

            Output.Add(PSObject.AsPSObject(job));
            if (job.Error is { } error)
            {
                Error.Add(ErrorRecords.Of(error, name));
            }

            SetJobState(StateOf(job));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or AsrException { Error.Id: "VaultClosed" })
        {
            // The vault was closed, or the PowerShell job was removed; the vault's job goes on when it is opened again.
            SetJobState(System.Management.Automation.JobState.Stopped);
        }
        catch (Exception failure)
        {
            Error.Add(ErrorRecords.Of(failure, name));
            SetJobState(System.Management.Automation.JobState.Failed);
        }
    }

    // Somebody else resumes it, in whatever session.
    private async Task ResumedAsync(string name)
    {
        while (await _service.GetJobAsync(name, _stop.Token).ConfigureAwait(false) is { } job && job.State == AsrFailback.JobState.Suspended)
        {
            await Task.Delay(Interval, TimeProvider.System, _stop.Token).ConfigureAwait(false);
        }
    }

    // What went on without some machines has warnings and no error: a PowerShell job that failed would have one.
    private static System.Management.Automation.JobState StateOf(AsrFailback.Job job) =>
        job.State == AsrFailback.JobState.Cancelled ? System.Management.Automation.JobState.Stopped
        : job.Error is null ? System.Management.Automation.JobState.Completed
        : System.Management.Automation.JobState.Failed;
}
