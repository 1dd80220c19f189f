using System.Globalization;
using System.Management.Automation;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Commands;

/// <summary>
/// A cmdlet that changes something: it previews, asks, submits a durable job and returns it. Stopping the cmdlet stops the
/// waiting, never the job; the job goes on in this process, and after its end when the vault is opened again.
/// </summary>
public abstract class JobCmdlet : VaultCmdlet
{
    private readonly HashSet<string> _told = [];

    /// <summary>Wait until the job has ended, or waits for somebody, with progress, and return it as it is then.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Seconds to wait at most; the job goes on after that. Needs -Wait.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; }

    /// <summary>Return a PowerShell job that follows the vault's job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Do not ask. Checks are not skipped, and -WhatIf still only shows.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (TimeoutSec > 0 && !Wait)
        {
            Refuse("TimeoutSec", Messages.Get("TimeoutNeedsWait"));
        }

        if (Wait && AsJob)
        {
            Refuse("AsJob", Messages.Get("WaitOrAsJob"));
        }
    }

    /// <summary>Previews, asks, submits, and waits or not.</summary>
    private protected void Submit(FailbackCommand command)
    {
        Preview? preview = null;
        Run(command.Target, async (_, cancellation) => preview = await Service.PreviewAsync(command, cancellation).ConfigureAwait(false));
        if (preview is not null && IsWhatIf)
        {
            Show(preview);
        }

        if (preview is null || !Agreed(preview))
        {
            return;
        }

        Follow(command.Target, cancellation => Service.SubmitAsync(command, jobName: null, cancellation));
    }

    /// <summary>Begins a job, or goes on with one, and returns it at once or as it has ended.</summary>
    private protected void Follow(string target, Func<CancellationToken, Task<Job>> begin)
    {
        Job? job = null;
        Run(target, async (pump, cancellation) =>
        {
            job = await begin(cancellation).ConfigureAwait(false);
            if (Wait)
            {
                job = await new JobWatcher(Service, pump.Progress).WaitAsync(job.Name, Timeout, cancellation).ConfigureAwait(false);
            }

            if (!AsJob)
            {
                JobOutput.Write(job, pump, _told);
            }
        });
        if (AsJob && job is not null)
        {
            var following = new FailbackPSJob(Service, job, MyInvocation.Line.Trim());
            JobRepository.Add(following);
            WriteObject(following);
        }
    }

    /// <summary>Returns what -WhatIf shows, where a cmdlet is asked for it.</summary>
    private protected virtual void Show(Preview preview)
    {
    }

    private TimeSpan? Timeout => TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : null;

    // What would be refused is not asked for: the refusal comes from the submission, with all its reasons.
    private bool Agreed(Preview preview)
    {
        if (preview.Ready)
        {
            foreach (var warning in preview.Checks.Select(ReadinessRules.WarningOf).OfType<AsrError>())
            {
                WriteWarning(warning.Message);
                _told.Add(warning.Id);
            }

            return Confirmed(preview.Command.Target, PreviewText.Of(preview), Force);
        }

        if (!IsWhatIf)
        {
            return true;
        }

        foreach (var refusal in preview.Checks.Where(check => !check.Passed).Select(check => check.Finding!))
        {
            WriteWarning(Messages.Get("WouldBeRefused", refusal.Message, refusal.RecommendedAction));
        }

        return false;
    }

    private protected void Refuse(string parameter, string why) =>
        ThrowTerminatingError(ErrorRecords.Of(Core.Errors.ErrorCatalogue.Exception("ArgumentInvalid", parameter, why), null));
}

/// <summary>A job as a cmdlet returns it: its warnings, itself, and its error when it failed.</summary>
internal static class JobOutput
{
    /// <param name="job">The job.</param>
    /// <param name="pump">Where it is written.</param>
    /// <param name="told">Ids of the warnings that the user has seen already.</param>
    public static void Write(Job job, OutputPump pump, IReadOnlySet<string>? told = null)
    {
        foreach (var warning in job.Warnings.Where(warning => told?.Contains(warning.Id) != true))
        {
            pump.Warn(warning.Message);
        }

        if (SuspensionOf(job) is { } suspended)
        {
            pump.Warn(suspended);
        }

        pump.Write(job);
        if (job.Error is { } error)
        {
            pump.Error(new AsrException(error), job.Name);
        }
    }

    /// <summary>What a job waits for, and how it goes on; null unless it is suspended.</summary>
    public static string? SuspensionOf(Job job) => job.State == JobState.Suspended && job.Tasks.FirstOrDefault(task => task.State == JobState.Suspended) is { } task
        ? Messages.Get("JobSuspended", job.Name, task.FriendlyName, task.Instructions ?? "")
        : null;
}

/// <summary>A preview in one sentence: operation, tasks, direction, new machines, what is left, point, bytes, time.</summary>
internal static class PreviewText
{
    public static string Of(Preview preview)
    {
        var text = Messages.Get("PreviewTasks", preview.Operation, string.Join(" → ", preview.Tasks));
        if (preview.Command is AddRecoveryPlanAction { Action: ScriptAction { Sha256: { } hash } script })
        {
            text += Messages.Get("PreviewScript", script.Script, hash);
        }

        text += DirectionOf(preview);
        foreach (var made in preview.Machines.Prepend(preview).Select(part => part.NewMachine).OfType<NewMachinePlace>())
        {
            text += Messages.Get("PreviewNewMachine", made.Machine, made.Host, made.Datastore);
        }

        if (preview.Leaves is { } left)
        {
            text += Messages.Get(left.Starts ? "PreviewStarts" : "PreviewRuns", left.Runs) + Messages.Get($"PreviewLeaves{left.Disks}", left.Keeps) + Messages.Get("PreviewPointsLost", left.PointsLost);
        }

        text += PointOf(preview);
        if (preview.Nics.Count > 0)
        {
            text += Messages.Get("PreviewNics", string.Join(", ", preview.Nics.Select(NicOf)));
        }

        if (preview.EstimatedBytes is { } bytes)
        {
            text += Messages.Get("PreviewBytes", ByteSize.Format(bytes));
        }

        text += TimeOf(preview.EstimatedTime);
        return preview.Steps.Count == 0 ? text : string.Join(Environment.NewLine, preview.Steps.SelectMany(LinesOf).Prepend(text));
    }

    // A plan is more than a sentence: its steps in order, and below each its machines.
    private static IEnumerable<string> LinesOf(PreviewStep step)
    {
        yield return step.Machines.Count == 0
            ? Messages.Get("PreviewAction", step.Number, step.Name)
            : Messages.Get("PreviewGroup", step.Number, step.Name, step.AtOnce) + TimeOf(step.EstimatedTime);
        foreach (var machine in step.Machines)
        {
            yield return $"     {MachineOf(machine)}";
        }
    }

    private static string MachineOf(Preview machine)
    {
        var loss = machine.Checks.FirstOrDefault(check => check is { Id: "ExpectedLoss", Seen.Length: > 0 }) is { } expected ? Messages.Get("PreviewLoss", expected.Seen) : "";
        var findings = machine.Checks.Where(check => check.State is CheckState.Failed or CheckState.Warning).Select(check => Messages.Get("PreviewFinding", check.Id)).Distinct();
        return machine.Command.Target + DirectionOf(machine) + PointOf(machine) + loss + TimeOf(machine.EstimatedTime) + string.Concat(findings);
    }

    private static string NicOf(MachineNic nic) => Messages.Get("PreviewNic", nic.Name, nic.Network ?? "-", nic.Address ?? "DHCP");

    private static string DirectionOf(Preview preview) => preview.From is { } from ? Messages.Get("PreviewDirection", from, preview.To!) : "";

    private static string PointOf(Preview preview) =>
        preview.Point is { } point ? Messages.Get("PreviewPoint", point.TimeUtc.UtcDateTime.ToString("u", CultureInfo.InvariantCulture), point.Label) : "";

    private static string TimeOf(TimeSpan? estimate) => estimate is { } time ? Messages.Get("PreviewTime", Math.Max(1, Math.Round(time.TotalSeconds))) : "";
}
