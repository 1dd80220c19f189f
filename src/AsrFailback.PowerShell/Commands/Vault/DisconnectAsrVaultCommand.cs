using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lets go of a vault; the last runspace closes it. Its jobs stop at a recorded task and go on at the next connection.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "AsrVault", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectAsrVaultCommand : VaultCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Confirmed(Service.Vault.Path, Messages.Get("DisconnectVault"), force: false))
        {
            return;
        }

        try
        {
            CurrentVault.Disconnect(Service);
        }
        catch (AsrException failure)
        {
            WriteError(failure.Error, Service.Vault.Path);
        }
    }
}
