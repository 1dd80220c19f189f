using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AsrFailback.Commands;

/// <summary>Opens a vault for this runspace and makes it the current one; unfinished jobs and replications go on.</summary>
[Cmdlet(VerbsCommunications.Connect, "AsrVault")]
[OutputType(typeof(Vault))]
public sealed class ConnectAsrVaultCommand : AsrCmdlet
{
    /// <summary>The vault's folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Path", "FullName")]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var runspace = Runspace.DefaultRunspace;
        RunWithPath(Path, (path, pump, _) => pump.Write(VaultConnection.Connect(path, runspace)));
    }
}

/// <summary>What connecting means: open, or share, and make it current.</summary>
internal static class VaultConnection
{
    public static AsrFailback.Vault Connect(string path, Runspace runspace)
    {
        var service = OpenVaults.Open(path, runspace);
        CurrentVault.Set(runspace, service);
        return service.Vault;
    }
}
