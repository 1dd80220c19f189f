using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>A cmdlet that works on a connected vault: the named one, or the current one of the runspace.</summary>
public abstract class VaultCmdlet : AsrCmdlet
{
    private IFailbackService? _service;

    /// <summary>The vault: what Connect-AsrVault returned, its name, path or id. The current one by default.</summary>
    [Parameter]
    [Identity("Path", "Name", WholeIds = true)]
    [ArgumentCompleter(typeof(VaultCompleter))]
    public string? Vault { get; set; }

    /// <summary>The service behind the cmdlet.</summary>
    private protected IFailbackService Service => _service!;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _service = Vault is null ? CurrentVault.Get() : OpenVaults.Find(Vault) ?? OpenVaults.Find(Path.GetFullPath(Vault, SessionState.Path.CurrentFileSystemLocation.Path));
        if (_service is null)
        {
            var error = Vault is null ? ErrorCatalogue.Exception("NotConnected") : ErrorCatalogue.Exception("VaultNotOpen", Vault);
            ThrowTerminatingError(ErrorRecords.Of(error, Vault));
        }
    }
}
