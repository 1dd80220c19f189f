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
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
        WriteChosen(pump, await Service.GetFabricsAsync(cancellation).ConfigureAwait(false), fabric => fabric.Name, new NameChoice(Name, "FabricNotFound")));
}

/// <summary>Reads the files of sites anew, after an edit, and says what is wrong with them.</summary>
[Cmdlet(VerbsData.Update, "AsrFabric", SupportsShouldProcess = true)]
[OutputType(typeof(Fabric))]
public sealed class UpdateAsrFabricCommand : VaultCmdlet
{
    /// <summary>Names of fabrics, or fabrics.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
    {
        var choice = new NameChoice(Name, "FabricNotFound");
        foreach (var fabric in (await Service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => choice.Takes(fabric.Name)))
        {
            pump.Write(fabric);
            foreach (var error in fabric.HealthErrors)
            {
                pump.Error(new AsrException(error), fabric.Name);
            }
        }

        pump.Errors(choice.Missing());
    });
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
