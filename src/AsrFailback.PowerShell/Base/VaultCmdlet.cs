using System.Management.Automation;
using System.Security;
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

    /// <summary>Opens the keys of encrypted machines with a certificate file; null when none is given. Nothing begins with one that does not open.</summary>
    private protected EncryptionCertificate? UseCertificate(string? file, SecureString? password)
    {
        EncryptionCertificate? used = null;
        AsrException? refused = null;
        var path = file is null ? null : TryFullPath(file);
        Run(file, async (_, cancellation) =>
        {
            try
            {
                used = file is not null && path is null ? null : await GivenCertificate.UseAsync(Service, path, password, cancellation).ConfigureAwait(false);
            }
            catch (AsrException refusal)
            {
                refused = refusal;
            }
        });
        if (refused is not null)
        {
            ThrowTerminatingError(ErrorRecords.Of(refused, file));
        }

        return used;
    }

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
