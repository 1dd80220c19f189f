using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>The kinds of failover that can be started.</summary>
public enum FailoverType
{
    /// <summary>Works with or without the source; where the source answers it is shut down and its last changes are sent.</summary>
    Unplanned,
}

/// <summary>Starts a copy of a recovery point at the target, isolated from production.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrTestFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class StartAsrTestFailoverCommand : PointCmdlet
{
    /// <summary>A network to attach the test machine to; none by default, so that it is isolated.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string? Network { get; set; }

    private protected override FailbackCommand? CommandFor(string item) =>
        TryFindPoint(item, out var point) ? new StartTestFailover(item, point, Network) : null;
}

/// <summary>Removes the machine and the disks of a test failover.</summary>
[Cmdlet(VerbsCommon.Clear, "AsrTestFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class ClearAsrTestFailoverCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new CleanUpTestFailover(item);
}

/// <summary>Fails items over in the direction of their replication: to Azure, or home as a failback.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class StartAsrFailoverCommand : PointCmdlet
{
    /// <summary>The kind of failover; on the VMware path both directions are unplanned.</summary>
    [Parameter]
    public FailoverType Type { get; set; }

    /// <summary>Neither shut the source down in order nor ask it for its last changes; it is only switched off when the sides change.</summary>
    [Parameter]
    public SwitchParameter SkipSourceShutdown { get; set; }

    private protected override FailbackCommand? CommandFor(string item) =>
        TryFindPoint(item, out var point) ? new StartFailover(item, point, !SkipSourceShutdown) : null;
}

/// <summary>Commits a failover: the other points go, and after a failback the Azure machine; its disks stay as a seed.</summary>
[Cmdlet(VerbsLifecycle.Confirm, "AsrCommit", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class ConfirmAsrCommitCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new CommitFailover(item);
}

/// <summary>Turns replication around: from where the machine runs now back to the other side; only the difference moves.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrReprotect", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class StartAsrReprotectCommand : ItemCmdlet
{
    /// <summary>The master target at the VMware site; by default the first one of the machine's operating system family.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(MasterTargetCompleter))]
    public string? MasterTarget { get; set; }

    /// <summary>The process server; any of the two sites by default.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(ProcessServerCompleter))]
    public string? ProcessServer { get; set; }

    private protected override FailbackCommand CommandFor(string item) => new Reprotect(item, MasterTarget, ProcessServer);
}

/// <summary>Says whether an item could be reprotected through a master target: every check, passed or not.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrMasterTarget")]
[OutputType(typeof(CheckResult), typeof(bool))]
public sealed class TestAsrMasterTargetCommand : VaultCmdlet
{
    /// <summary>Protected items, or their names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <summary>The master target; by default the first one of the machine's operating system family.</summary>
    [Parameter(Position = 1)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(MasterTargetCompleter))]
    public string? MasterTarget { get; set; }

    /// <summary>Only say whether every check passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item)
        {
            Run(item, async (pump, cancellation) =>
            {
                var preview = await Service.PreviewAsync(new Reprotect(item, MasterTarget), cancellation).ConfigureAwait(false);
                foreach (var result in Quiet ? [preview.Ready] : preview.Checks.Cast<object>())
                {
                    pump.Write(result);
                }
            });
        }
    }
}
