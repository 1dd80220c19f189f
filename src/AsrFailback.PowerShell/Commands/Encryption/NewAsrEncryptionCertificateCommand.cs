using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Issues the certificate that the data of a VMM cloud is encrypted with in Azure, and exports it for safekeeping.</summary>
[Cmdlet(VerbsCommon.New, "AsrEncryptionCertificate", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FileInfo))]
public sealed class NewAsrEncryptionCertificateCommand : VaultCmdlet
{
    /// <summary>The VMM site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>The cloud.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Cloud { get; set; } = "";

    /// <summary>The file of the certificate with its private key (PKCS #12); it must not exist.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ValidateNotNullOrEmpty]
    public string FilePath { get; set; } = "";

    /// <summary>What the file is encrypted with.</summary>
    [Parameter(Mandatory = true, Position = 3)]
    public SecureString Password { get; set; } = new();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryFullPath(FilePath) is not { } path || !Confirmed(Cloud, Messages.Get("IssueCertificate", path), force: false))
        {
            return;
        }

        Run(path, async (pump, cancellation) =>
        {
            if (Password.Length == 0)
            {
                throw ErrorCatalogue.Exception("ArgumentInvalid", nameof(Password), Messages.Get("PasswordEmpty"));
            }

            // Known to be possible before the cloud has a certificate that nobody holds.
            using var file = Create(path);
            try
            {
                var job = await Service.SubmitAsync(new IssueEncryptionCertificate(Fabric, Cloud), jobName: null, cancellation).ConfigureAwait(false);
                job = await new JobWatcher(Service, pump.Progress).WaitAsync(job.Name, timeout: null, cancellation).ConfigureAwait(false);
                if (job.Error is { } failed)
                {
                    throw new AsrException(failed);
                }

                await WriteAsync(file, cancellation).ConfigureAwait(false);
            }
            catch
            {
                file.Dispose();
                File.Delete(path);
                throw;
            }

            pump.Write(new FileInfo(path));
        });
    }

    private async Task WriteAsync(FileStream file, CancellationToken cancellation)
    {
        var content = await Service.ExportEncryptionCertificateAsync(Fabric, Cloud, Password, cancellation).ConfigureAwait(false);
        try
        {
            await file.WriteAsync(content, cancellation).ConfigureAwait(false);
            await file.FlushAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw ErrorCatalogue.Exception("FileExists", path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(refused, "FileError", path, refused.Message);
        }
    }
}
