using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Adds a site to the vault. A folder without site.json becomes a new site of the given type, to be edited.</summary>
[Cmdlet(VerbsCommon.New, "AsrFabric", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrFabricCommand : JobCmdlet
{
    /// <summary>The fabric's name in the vault.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The kind of site to begin; a folder that has site.json keeps its own.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public FabricKind? Type { get; set; }

    /// <summary>The site's folder.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryFullPath(Path) is { } path)
        {
            Submit(new AddFabric(Name, path, Type));
        }
    }
}
