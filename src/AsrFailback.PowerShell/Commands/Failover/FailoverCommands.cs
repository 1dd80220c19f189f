using System.Management.Automation;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>Starts a copy of a recovery point at the target, isolated from production.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrTestFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class StartAsrTestFailoverCommand : EncryptedPointCmdlet
{
    /// <summary>A network to attach the test machine to; none by default, so that it is isolated.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string? Network { get; set; }

    /// <summary>Do not read production and the replica first, so that their digests are not in the result.</summary>
    [Parameter]
    public SwitchParameter SkipDigest { get; set; }

    /// <summary>Ids of checks that may fail; only those that Test-AsrReadiness shows as skippable. Recorded with the job.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TestFailoverCheckCompleter))]
    public string[]? SkipCheck { get; set; }

    private protected override FailbackCommand? CommandFor(string item) =>
        TryFindPoint(item, out var point) ? new StartTestFailover(item, point, Network) { SkipDigest = SkipDigest, EncryptionCertificate = Certificate, SkipChecks = SkipCheck } : null;
}

/// <summary>Removes the machine and the disks of a test failover.</summary>
[Cmdlet(VerbsCommon.Clear, "AsrTestFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class ClearAsrTestFailoverCommand : ItemCmdlet
{
    /// <summary>A note about the test, recorded in the job; 1024 characters at most.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Comment { get; set; }

    /// <summary>Do not read production and the replica once more: the way is free for a failover at once.</summary>
    [Parameter]
    public SwitchParameter SkipDigest { get; set; }

    private protected override FailbackCommand CommandFor(string item) => new CleanUpTestFailover(item) { Comment = Comment, SkipDigest = SkipDigest };
}

/// <summary>Fails items over in the direction of their replication: to Azure, or home as a failback.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class StartAsrFailoverCommand : EncryptedPointCmdlet
{
    /// <summary>The kind of failover: on the VMware path both directions are unplanned, from Azure to Hyper-V it is planned.</summary>
    [Parameter]
    public FailoverType Type { get; set; }

    /// <summary>When a planned failover from Azure to Hyper-V sends the data: before the failover by default.</summary>
    [Parameter]
    public DataSync? DataSync { get; set; }

    /// <summary>Complete the failover from Azure once its data is at home, without waiting for Complete-AsrFailover.</summary>
    [Parameter]
    public SwitchParameter CompleteAutomatically { get; set; }

    /// <summary>Make the machine anew at home when it is gone there.</summary>
    [Parameter]
    public SwitchParameter CreateMachine { get; set; }

    /// <summary>The Hyper-V host for a machine that is made anew at home.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(VMHostCompleter))]
    public string? VMHost { get; set; }

    /// <summary>The Hyper-V or VMM site to come home to, which is the home of the machine from then on; by default its home.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(HyperVHomeCompleter))]
    public string? Fabric { get; set; }

    /// <summary>On a planned failover: give up what was written since the recovery point.</summary>
    [Parameter]
    public SwitchParameter AllowOlderPoint { get; set; }

    /// <summary>Where the failover must lead: refused when the replication goes the other way. Wherever it goes by default.</summary>
    [Parameter]
    public FailoverDirection? Direction { get; set; }

    /// <summary>Neither shut the source down in order nor ask it for its last changes; it is only switched off when the sides change.</summary>
    [Parameter]
    public SwitchParameter SkipSourceShutdown { get; set; }

    /// <summary>How long the source may take to shut down before the failover goes on without it; 5 minutes by default.</summary>
    [Parameter]
    public TimeSpan? ShutdownTimeout { get; set; }

    /// <summary>Take the failover back by itself when it is not committed after so much time in which the vault was open.</summary>
    [Parameter]
    public TimeSpan? RollBackAfter { get; set; }

    /// <summary>Ids of checks that may fail; only those that Test-AsrReadiness shows as skippable. Recorded with the job.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FailoverCheckCompleter))]
    public string[]? SkipCheck { get; set; }

    private protected override FailbackCommand? CommandFor(string item) => TryFindPoint(item, out var point)
        ? new StartFailover(item, point, !SkipSourceShutdown)
        {
            Type = Type, Direction = Direction, ShutdownTimeout = ShutdownTimeout, RollBackAfter = RollBackAfter, EncryptionCertificate = Certificate, SkipChecks = SkipCheck,
            DataSync = DataSync, CompletesItself = CompleteAutomatically, CreateMachine = CreateMachine, VMHost = VMHost, Fabric = Fabric, AllowOlderPoint = AllowOlderPoint,
        }
        : null;
}

/// <summary>Completes planned failovers from Azure whose data is at home: the machines are shut down and started there.</summary>
[Cmdlet(VerbsLifecycle.Complete, "AsrFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class CompleteAsrFailoverCommand : JobCmdlet
{
    /// <summary>Protected items, or their names; also what a job worked on.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <summary>The recovery point, as of Start-AsrFailover; the latest by default, with which nothing is lost.</summary>
    [Parameter(Position = 1)]
    [Identity("Id")]
    public string RecoveryPoint { get; set; } = PointChoice.Latest;

    /// <summary>Give up what was written since the recovery point.</summary>
    [Parameter]
    public SwitchParameter AllowOlderPoint { get; set; }

    /// <summary>What is noted with it, at most 1024 characters.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Comment { get; set; } = "Complete-AsrFailover";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item.Where(item => Confirmed(item, Messages.Get("CompleteFailover"), Force)))
        {
            Follow(item, async cancellation =>
            {
                var point = await new PointChoice(RecoveryPoint).FindAsync(Service, item, common: false, cancellation).ConfigureAwait(false);
                return await Service.CompleteFailoverAsync(item, Comment, point, AllowOlderPoint, cancellation).ConfigureAwait(false);
            });
        }
    }
}

/// <summary>Brings items that failed over, and are not committed, to another recovery point.</summary>
[Cmdlet(VerbsCommon.Switch, "AsrRecoveryPoint", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class SwitchAsrRecoveryPointCommand : EncryptedPointCmdlet
{
    private protected override FailbackCommand? CommandFor(string item) =>
        TryFindPoint(item, out var point) ? new SwitchRecoveryPoint(item, point) : null;
}

/// <summary>Takes failovers back before their commit: the machines run at their source again, protected as before.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AsrFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class StopAsrFailoverCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new CancelFailover(item);
}

/// <summary>Commits a failover: the other points go, and after a failback the Azure machine; its disks stay as a seed.</summary>
[Cmdlet(VerbsLifecycle.Confirm, "AsrCommit", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class ConfirmAsrCommitCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new CommitFailover(item);

    private protected override void SubmitForPlan(string plan)
    {
        RunRecoveryPlan? command = null;
        Run(plan, async (_, cancellation) => command = await PlanChoice.RunOfAsync(
            Service, await PlanChoice.FindAsync(Service, plan, cancellation).ConfigureAwait(false), ReadinessOperation.Commit, _ => new MachineValues(), cancellation).ConfigureAwait(false));
        if (command is not null)
        {
            Submit(command);
        }
    }
}

/// <summary>Turns replication around: from where the machine runs now back to the other side; only the difference moves.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrReprotect", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class StartAsrReprotectCommand : ItemCmdlet
{
    /// <summary>The VMware site or private cloud to come home to, which is the home of the machine from then on; by default its home.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(HomeCompleter))]
    public string? Fabric { get; set; }

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

    /// <summary>The datastore for a machine that is gone at home and made anew; by default the master target's own.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(DatastoreCompleter))]
    public string? Datastore { get; set; }

    /// <summary>The retention volume of the master target; by default its first usable one.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(RetentionVolumeCompleter))]
    public string? RetentionVolume { get; set; }

    /// <summary>The protection group the machine is to be in afterwards; it follows from the direction, another one is refused.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProtectionGroup { get; set; }

    /// <summary>The name of the policy that is to count afterwards; it follows from the direction, another one is refused.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>Ids of checks that may fail; only those that Test-AsrReadiness shows as skippable. Recorded with the job.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ReprotectCheckCompleter))]
    public string[]? SkipCheck { get; set; }

    private protected override FailbackCommand CommandFor(string item) => new Reprotect(item, MasterTarget, ProcessServer)
    {
        Fabric = Fabric, Datastore = Datastore, RetentionVolume = RetentionVolume, ProtectionGroup = ProtectionGroup, Policy = Policy, SkipChecks = SkipCheck,
    };
}

/// <summary>Declares machines that failed over to Azure at home there: they are not failed back any more.</summary>
[Cmdlet(VerbsLifecycle.Complete, "AsrMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class CompleteAsrMigrationCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new CompleteMigration(item);
}
