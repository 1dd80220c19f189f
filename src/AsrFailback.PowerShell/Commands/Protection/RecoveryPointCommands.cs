using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists the recovery points of items, oldest first; each can be failed over to.</summary>
[Cmdlet(VerbsCommon.Get, "AsrRecoveryPoint")]
[OutputType(typeof(RecoveryPoint))]
public sealed class GetAsrRecoveryPointCommand : VaultCmdlet
{
    /// <summary>Protected items, or their names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <summary>Labels to look for, wildcards allowed; all points by default.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Label { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item)
        {
            Run(item, async (pump, cancellation) =>
            {
                var labels = new NameChoice(Label, "PointNotFound");
                var points = await Service.GetRecoveryPointsAsync(item, cancellation).ConfigureAwait(false);
                WriteChosen(pump, points, point => point.Label, labels);
            });
        }
    }
}

/// <summary>Takes a recovery point across all disks of an item, and of the machines of its replication group.</summary>
[Cmdlet(VerbsCommon.New, "AsrRecoveryPoint", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrRecoveryPointCommand : ItemCmdlet
{
    /// <summary>A label of at most 64 characters, to find the point by.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Label { get; set; } = "";

    /// <summary>Bring the machine's applications to rest for the point, with the programs of its protection.</summary>
    [Parameter]
    public SwitchParameter AppConsistent { get; set; }

    private protected override FailbackCommand CommandFor(string item) => new CreateRecoveryPoint(item, Label) { AppConsistent = AppConsistent };
}
