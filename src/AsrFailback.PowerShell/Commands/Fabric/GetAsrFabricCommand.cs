using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists the sites of the vault, with what is wrong with them.</summary>
[Cmdlet(VerbsCommon.Get, "AsrFabric")]
[OutputType(typeof(Fabric))]
public sealed class GetAsrFabricCommand : VaultCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
        WriteChosen(pump, await Service.GetFabricsAsync(cancellation).ConfigureAwait(false), fabric => fabric.Name, new NameChoice(Name, "FabricNotFound")));
}

/// <summary>Reads sites anew, after an edit or an outage, and goes on with the replications that waited for them.</summary>
[Cmdlet(VerbsData.Update, "AsrFabric", SupportsShouldProcess = true)]
[OutputType(typeof(Fabric))]
public sealed class UpdateAsrFabricCommand : VaultCmdlet
{
    /// <summary>Names of fabrics, or fabrics; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var chosen = new List<string>();
        Run(Name, async (pump, cancellation) =>
        {
            var choice = new NameChoice(Name, "FabricNotFound");
            chosen.AddRange((await Service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Select(fabric => fabric.Name).Where(choice.Takes));
            pump.Errors(choice);
        });
        foreach (var name in chosen.Where(name => Confirmed(name, Messages.Get("RefreshFabric"), force: false)))
        {
            Run(name, async (pump, cancellation) =>
            {
                var refreshed = await Service.RefreshFabricAsync(name, cancellation).ConfigureAwait(false);
                pump.Write(refreshed);
                foreach (var error in refreshed.HealthErrors)
                {
                    pump.Error(new AsrException(error), name);
                }
            });
        }
    }
}

/// <summary>Forgets a site that no item uses; its folder and its machines stay as they are.</summary>
[Cmdlet(VerbsCommon.Remove, "AsrFabric", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class RemoveAsrFabricCommand : JobCmdlet
{
    /// <summary>Names of fabrics, or fabrics.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            Submit(new RemoveFabric(name));
        }
    }
}
