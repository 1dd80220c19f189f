using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lets go of a vault; the last runspace closes it. Its jobs stop at a recorded task and go on at the next connection.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "AsrVault", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectAsrVaultCommand : AsrCmdlet
{
    /// <summary>The vault: what Connect-AsrVault returned, its name, path or id. The current one by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Identity("Path", "Name", WholeIds = true)]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var service = ConnectedService(Vault);
            if (Confirmed(service.Vault.Path, Messages.Get("DisconnectVault"), force: false))
            {
                CurrentVault.Disconnect(service);
            }
        }
        catch (AsrException failure)
        {
            WriteError(failure.Error, Vault);
        }
    }
}
