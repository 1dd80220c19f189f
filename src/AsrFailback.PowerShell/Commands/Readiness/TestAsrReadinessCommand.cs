using System.Management.Automation;
using System.Security;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>Says what would stop or disturb an operation, before it is started: every check, all failures at once.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrReadiness", DefaultParameterSetName = "Item")]
[OutputType(typeof(ReadinessReport), typeof(bool))]
public sealed class TestAsrReadinessCommand : VaultCmdlet
{
    private static readonly ReadinessOperation[] TakePoints =
    [
        ReadinessOperation.TestFailover, ReadinessOperation.PlannedFailover, ReadinessOperation.UnplannedFailover, ReadinessOperation.Failback,
        ReadinessOperation.SwitchRecoveryPoint,
    ];

    private static readonly Dictionary<string, ReadinessOperation[]> OnlyFor = new()
    {
        [nameof(RecoveryPoint)] = TakePoints,
        [nameof(EncryptionCertificate)] = TakePoints,
        [nameof(EncryptionCertificatePassword)] = TakePoints,
        [nameof(Network)] = [ReadinessOperation.TestFailover],
        [nameof(SkipSourceShutdown)] = [ReadinessOperation.UnplannedFailover, ReadinessOperation.Failback],
        [nameof(Fabric)] = [ReadinessOperation.Reprotect, ReadinessOperation.PlannedFailover],
        [nameof(DataSync)] = [ReadinessOperation.PlannedFailover],
        [nameof(CreateMachine)] = [ReadinessOperation.PlannedFailover],
        [nameof(VMHost)] = [ReadinessOperation.PlannedFailover],
        [nameof(AllowOlderPoint)] = [ReadinessOperation.PlannedFailover],
        [nameof(MasterTarget)] = [ReadinessOperation.Reprotect],
        [nameof(ProcessServer)] = [ReadinessOperation.Reprotect],
        [nameof(Datastore)] = [ReadinessOperation.Reprotect],
        [nameof(RetentionVolume)] = [ReadinessOperation.Reprotect],
        [nameof(ProtectionGroup)] = [ReadinessOperation.Reprotect],
        [nameof(Policy)] = [ReadinessOperation.Reprotect],
    };

    private EncryptionCertificate? _certificate;
    private bool _ready = true;

    /// <summary>Protected items, or their names; also what a job worked on, or the item of a recovery point.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Item")]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <summary>Recovery plans: every machine of them, as the plan would do it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "RecoveryPlan")]
    [Identity("Name")]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[] RecoveryPlan { get; set; } = [];

    /// <summary>The operation that is planned.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public ReadinessOperation Operation { get; set; }

    /// <summary>The recovery point of a failover: <c>Latest</c>, another word of Start-AsrFailover, a point, its id or label, or a time.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Identity("Id")]
    [Alias("PointId")]
    public string RecoveryPoint { get; set; } = PointChoice.Latest;

    /// <summary>The site that a reprotect, or a planned failover from Azure, is to lead home to; by default the home of the machine.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(HomeCompleter))]
    public string? Fabric { get; set; }

    /// <summary>The master target of a reprotect; by default the first one of the machine's operating system family.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(MasterTargetCompleter))]
    public string? MasterTarget { get; set; }

    /// <summary>The process server of a reprotect; by default the first that can be used.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(ProcessServerCompleter))]
    public string? ProcessServer { get; set; }

    /// <summary>The datastore of a reprotect that makes the machine anew.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(DatastoreCompleter))]
    public string? Datastore { get; set; }

    /// <summary>The retention volume of a reprotect.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(RetentionVolumeCompleter))]
    public string? RetentionVolume { get; set; }

    /// <summary>The protection group that a reprotect is expected to lead into.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProtectionGroup { get; set; }

    /// <summary>The name of the policy that a reprotect is expected to take.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>The network of a test failover.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string? Network { get; set; }

    /// <summary>The failover is to be without a shutdown of the source.</summary>
    [Parameter]
    public SwitchParameter SkipSourceShutdown { get; set; }

    /// <summary>When a planned failover from Azure to Hyper-V is to send the data.</summary>
    [Parameter]
    public DataSync? DataSync { get; set; }

    /// <summary>The machine is to be made anew at home when it is gone there.</summary>
    [Parameter]
    public SwitchParameter CreateMachine { get; set; }

    /// <summary>The Hyper-V host for a machine that is made anew.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(VMHostCompleter))]
    public string? VMHost { get; set; }

    /// <summary>What was written since the recovery point of a planned failover may be given up.</summary>
    [Parameter]
    public SwitchParameter AllowOlderPoint { get; set; }

    /// <summary>The file of the certificate (PKCS #12, with its private key) that the data of the machines' VMM cloud is encrypted with in Azure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EncryptionCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? EncryptionCertificatePassword { get; set; }

    /// <summary>Ids of checks that would be skipped.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AnyCheckCompleter))]
    public string[]? SkipCheck { get; set; }

    /// <summary>Only say whether every item is ready: one value for all of them.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var unused = MyInvocation.BoundParameters.Keys.Where(name => OnlyFor.TryGetValue(name, out var operations) && !operations.Contains(Operation)).ToArray();
        if (unused.Length > 0)
        {
            ThrowTerminatingError(ErrorRecords.Of(ErrorCatalogue.Exception("ParameterNotUsed", Operation, string.Join(", ", unused)), null));
        }

        _certificate = UseCertificate(EncryptionCertificate, EncryptionCertificatePassword);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item)
        {
            Look(item, cancellation => LookAtAsync(item, cancellation));
        }

        foreach (var name in RecoveryPlan)
        {
            Look(name, cancellation => LookAtPlanAsync(name, cancellation));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_ready);
        }
    }

    private void Look(string name, Func<CancellationToken, Task<IReadOnlyList<ReadinessReport>>> look)
    {
        var ready = false;
        Run(name, async (pump, cancellation) =>
        {
            var reports = await look(cancellation).ConfigureAwait(false);
            ready = reports.All(report => report.Ready);
            foreach (var report in Quiet ? [] : reports)
            {
                pump.Write(report);
            }
        });
        _ready &= ready;
    }

    private async Task<IReadOnlyList<ReadinessReport>> LookAtAsync(string item, CancellationToken cancellation)
    {
        var command = await Values.CommandForAsync(Service, Operation, item, common: false, cancellation).ConfigureAwait(false);
        var preview = await Service.PreviewAsync(command, cancellation).ConfigureAwait(false);
        return [ReportOf(item, preview, preview.Checks)];
    }

    // The very command that Start-AsrRecoveryPlan submits, so that a report and a refusal cannot differ.
    private async Task<IReadOnlyList<ReadinessReport>> LookAtPlanAsync(string name, CancellationToken cancellation)
    {
        var plan = await PlanChoice.FindAsync(Service, name, cancellation).ConfigureAwait(false);
        var command = await PlanChoice.RunOfAsync(Service, plan, Operation, _ => Values, cancellation).ConfigureAwait(false);
        var preview = await Service.PreviewAsync(command, cancellation).ConfigureAwait(false);
        return [ReportOf(plan.Name, preview, preview.OwnChecks), .. preview.Machines.Select(machine => ReportOf(machine.Command.Target, machine, machine.Checks))];
    }

    private ReadinessReport ReportOf(string name, Preview preview, IReadOnlyList<CheckResult> checks) => new(name, Operation, preview.From, preview.To, checks);

    private MachineValues Values => new()
    {
        RecoveryPoint = RecoveryPoint, Network = Network, Fabric = Fabric, MasterTarget = MasterTarget, ProcessServer = ProcessServer, Datastore = Datastore,
        RetentionVolume = RetentionVolume, ProtectionGroup = ProtectionGroup, Policy = Policy, SkipSourceShutdown = SkipSourceShutdown,
        DataSync = DataSync, CreateMachine = CreateMachine, VMHost = VMHost, AllowOlderPoint = AllowOlderPoint, EncryptionCertificate = _certificate, SkipCheck = SkipCheck,
    };
}
