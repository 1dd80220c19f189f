using System.Management.Automation;
using System.Security;

namespace AsrFailback.Commands;

/// <summary>Lists the vault's jobs, newest first.</summary>
[Cmdlet(VerbsCommon.Get, "AsrJob")]
[OutputType(typeof(Job))]
public sealed class GetAsrJobCommand : VaultCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only jobs on these items or fabrics.</summary>
    [Parameter]
    [Identity("Item", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ItemCompleter))]
    public string[] Item { get; set; } = ["*"];

    /// <summary>Only jobs in these states.</summary>
    [Parameter]
    [ValidateSet("NotStarted", "InProgress", "Suspended", "Succeeded", "CompletedWithInformation", "PartiallySucceeded", "Failed", "Cancelled")]
    public string[] State { get; set; } = [];

    /// <summary>Only jobs that were recorded at this time or later; a time without a zone is that of this computer.</summary>
    [Parameter]
    public DateTimeOffset After { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Only jobs that were recorded before this time.</summary>
    [Parameter]
    public DateTimeOffset Before { get; set; } = DateTimeOffset.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
    {
        var (names, items) = (new NameChoice(Name, "JobNotFound"), new NameChoice(Item, "ItemNotFound"));
        foreach (var job in await CandidatesAsync(names, cancellation).ConfigureAwait(false))
        {
            var inState = State.Length == 0 || State.Contains(job.State.Value, StringComparer.OrdinalIgnoreCase);
            var inTime = job.StartTime >= After && job.StartTime < Before;
            if (names.Takes(job.Name) & items.Takes(job.TargetObjectName) & inState & inTime)
            {
                pump.Write(job);
            }
        }

        pump.Errors(names);
    });

    // Names are looked up: only a pattern is a reason to read all jobs.
    private async Task<IEnumerable<Job>> CandidatesAsync(NameChoice names, CancellationToken cancellation)
    {
        if (names.Exact is not { } exact)
        {
            return await Service.GetJobsAsync(cancellation).ConfigureAwait(false);
        }

        var jobs = new List<Job>();
        foreach (var name in exact)
        {
            if (await Service.GetJobAsync(name, cancellation).ConfigureAwait(false) is { } job)
            {
                jobs.Add(job);
            }
        }

        return jobs.OrderByDescending(job => job.StartTime);
    }
}

/// <summary>A cmdlet on jobs of the vault.</summary>
public abstract class JobNameCmdlet : VaultCmdlet
{
    /// <summary>Jobs, or their names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Name { get; set; } = [];
}

/// <summary>A cmdlet that lets jobs go on, which may have to read what lies encrypted in Azure (FO-06).</summary>
public abstract class ContinuedJobCmdlet : JobNameCmdlet
{
    /// <summary>The file of the certificate (PKCS #12, with its private key) that the data of the machines' VMM cloud is encrypted with in Azure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EncryptionCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? EncryptionCertificatePassword { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        UseCertificate(EncryptionCertificate, EncryptionCertificatePassword);
    }
}

/// <summary>Waits until jobs have ended, or wait for somebody themselves, with progress; returns them as they are then.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AsrJob")]
[OutputType(typeof(Job))]
public sealed class WaitAsrJobCommand : JobNameCmdlet
{
    /// <summary>Seconds to wait at most for each; the job goes on after that.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            Run(name, async (pump, cancellation) =>
            {
                var timeout = TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : (TimeSpan?)null;
                JobOutput.Write(await new JobWatcher(Service, pump.Progress).WaitAsync(name, timeout, cancellation).ConfigureAwait(false), pump);
            });
        }
    }
}

/// <summary>Stops jobs at their next safe place; they can be started again.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AsrJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class StopAsrJobCommand : JobNameCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name.Where(name => Confirmed(name, Messages.Get("StopJob"), force: false)))
        {
            Run(name, async (pump, cancellation) => pump.Write(await Service.StopJobAsync(name, cancellation).ConfigureAwait(false)));
        }
    }
}

/// <summary>Starts jobs again that were stopped, or that failed for a reason outside, from the task they stopped in.</summary>
[Cmdlet(VerbsLifecycle.Restart, "AsrJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class RestartAsrJobCommand : ContinuedJobCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name.Where(name => Confirmed(name, Messages.Get("RestartJob"), force: false)))
        {
            Run(name, async (pump, cancellation) => pump.Write(await Service.RestartJobAsync(name, cancellation).ConfigureAwait(false)));
        }
    }
}

/// <summary>Goes on with jobs that wait at a manual action of their recovery plan.</summary>
[Cmdlet(VerbsLifecycle.Resume, "AsrJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class ResumeAsrJobCommand : ContinuedJobCmdlet
{
    /// <summary>What was done; recorded with the action, at most 1024 characters.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Comment { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name.Where(name => Confirmed(name, Messages.Get("ResumeJob"), force: false)))
        {
            Run(name, async (pump, cancellation) => pump.Write(await Service.ResumeJobAsync(name, Comment, cancellation).ConfigureAwait(false)));
        }
    }
}
