using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Says what would stop or disturb an operation, before it is started: every check, all failures at once.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrReadiness")]
[OutputType(typeof(ReadinessReport), typeof(bool))]
public sealed class TestAsrReadinessCommand : VaultCmdlet
{
    private static readonly ReadinessOperation[] Failovers =
        [ReadinessOperation.TestFailover, ReadinessOperation.PlannedFailover, ReadinessOperation.UnplannedFailover, ReadinessOperation.Failback];

    private static readonly Dictionary<string, ReadinessOperation[]> OnlyFor = new()
    {
        [nameof(RecoveryPoint)] = Failovers,
        [nameof(Network)] = [ReadinessOperation.TestFailover],
        [nameof(SkipSourceShutdown)] = [ReadinessOperation.UnplannedFailover, ReadinessOperation.Failback],
        [nameof(MasterTarget)] = [ReadinessOperation.Reprotect],
        [nameof(ProcessServer)] = [ReadinessOperation.Reprotect],
        [nameof(Datastore)] = [ReadinessOperation.Reprotect],
        [nameof(RetentionVolume)] = [ReadinessOperation.Reprotect],
    };

    private bool _ready = true;

    /// <summary>Protected items, or their names; also what a job worked on, or the item of a recovery point.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <summary>The operation that is planned.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public ReadinessOperation Operation { get; set; }

    /// <summary>The recovery point of a failover: <c>Latest</c>, another word of Start-AsrFailover, a point, its id or label.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Identity("Id")]
    [Alias("PointId")]
    public string RecoveryPoint { get; set; } = PointChoice.Latest;

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

    /// <summary>The network of a test failover.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string? Network { get; set; }

    /// <summary>The failover is to be without a shutdown of the source.</summary>
    [Parameter]
    public SwitchParameter SkipSourceShutdown { get; set; }

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
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item)
        {
            var ready = false;
            Run(item, async (pump, cancellation) =>
            {
                var point = await new PointChoice(RecoveryPoint).FindAsync(Service, item, cancellation).ConfigureAwait(false);
                var preview = await Service.PreviewAsync(CommandFor(item, point) with { SkipChecks = SkipCheck }, cancellation).ConfigureAwait(false);
                ready = preview.Ready;
                if (!Quiet)
                {
                    pump.Write(new ReadinessReport(item, Operation, preview.From, preview.To, preview.Checks));
                }
            });
            _ready &= ready;
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

    private FailbackCommand CommandFor(string item, Guid? point) => Operation switch
    {
        ReadinessOperation.Reprotect => new Reprotect(item, MasterTarget, ProcessServer) { Datastore = Datastore, RetentionVolume = RetentionVolume },
        ReadinessOperation.TestFailover => new StartTestFailover(item, point, Network),
        ReadinessOperation.PlannedFailover => new StartFailover(item, point, ShutDownSource: true) { Type = FailoverType.Planned },
        ReadinessOperation.UnplannedFailover => new StartFailover(item, point, !SkipSourceShutdown),
        ReadinessOperation.Failback => new StartFailover(item, point, !SkipSourceShutdown) { Direction = FailoverDirection.ToHome },
        _ => new CommitFailover(item),
    };
}
