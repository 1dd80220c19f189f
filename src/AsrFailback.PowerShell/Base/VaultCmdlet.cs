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
        try
        {
            _service = ConnectedService(Vault);
        }
        catch (AsrException refusal)
        {
            ThrowTerminatingError(ErrorRecords.Of(refusal, Vault));
        }
    }
}
