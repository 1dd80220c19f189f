using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>A command about the mapping of one network to one site.</summary>
public abstract class NetworkMappingCmdlet : JobCmdlet
{
    /// <summary>The site the machines come from: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string PrimaryFabric { get; set; } = "";

    /// <summary>Their network there.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string PrimaryNetwork { get; set; } = "";

    /// <summary>The site they fail over to: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string RecoveryFabric { get; set; } = "";
}

/// <summary>Maps a network of one site to a network of another: machines get it when they fail over there.</summary>
[Cmdlet(VerbsCommon.New, "AsrNetworkMapping", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrNetworkMappingCommand : NetworkMappingCmdlet
{
    /// <summary>Their network there.</summary>
    [Parameter(Mandatory = true, Position = 3, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string RecoveryNetwork { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new MapNetwork(PrimaryFabric, PrimaryNetwork, RecoveryFabric, RecoveryNetwork));
}

/// <summary>Lists which networks are mapped to which.</summary>
[Cmdlet(VerbsCommon.Get, "AsrNetworkMapping")]
[OutputType(typeof(NetworkMapping))]
public sealed class GetAsrNetworkMappingCommand : VaultCmdlet
{
    /// <summary>The site the machines come from: names or wildcards; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string PrimaryFabric { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var pattern = WildcardPattern.Get(PrimaryFabric, WildcardOptions.IgnoreCase);
        Run(PrimaryFabric, async (pump, cancellation) =>
        {
            foreach (var mapping in (await Service.GetNetworkMappingsAsync(cancellation).ConfigureAwait(false)).Where(mapping => pattern.IsMatch(mapping.PrimaryFabric)))
            {
                pump.Write(mapping);
            }
        });
    }
}

/// <summary>Forgets the mapping of a network: machines get the default network of the other site again.</summary>
[Cmdlet(VerbsCommon.Remove, "AsrNetworkMapping", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class RemoveAsrNetworkMappingCommand : NetworkMappingCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new UnmapNetwork(PrimaryFabric, PrimaryNetwork, RecoveryFabric));
}
