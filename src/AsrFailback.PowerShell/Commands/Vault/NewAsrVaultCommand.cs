using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AsrFailback.Commands;

/// <summary>Creates a vault in a new folder and connects it.</summary>
[Cmdlet(VerbsCommon.New, "AsrVault", SupportsShouldProcess = true)]
[OutputType(typeof(Vault))]
public sealed class NewAsrVaultCommand : AsrCmdlet
{
    /// <summary>The folder to create; it must not exist.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = "";

    /// <summary>The vault's name; the folder's name by default.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var runspace = Runspace.DefaultRunspace;
        if (Confirmed(Path, Messages.Get("CreateVault"), force: false))
        {
            RunWithPath(Path, (path, pump, _) =>
            {
                var folder = System.IO.Path.TrimEndingDirectorySeparator(path);
                EngineHost.Create(folder, Name ?? System.IO.Path.GetFileName(folder), firstCommand: null);
                pump.Write(VaultConnection.Connect(folder, runspace));
            });
        }
    }
}
