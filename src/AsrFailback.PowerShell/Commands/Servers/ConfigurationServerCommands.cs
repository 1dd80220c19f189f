using System.Management.Automation;
using System.Security;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Servers;

namespace AsrFailback.Commands;

/// <summary>Registers the configuration server of a VMware site, or changes the one that is there.</summary>
[Cmdlet(VerbsLifecycle.Register, "AsrConfigurationServer", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class RegisterAsrConfigurationServerCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>Its address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>Change the address although machines and servers registered under the one it has: they do not find it any more.</summary>
    [Parameter]
    public SwitchParameter AllowOtherAddress { get; set; }

    /// <summary>The passphrase that servers register with, 16 characters or more; only its hash is stored.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Passphrase is { } passphrase && passphrase.Length < PassphraseHash.MinLength)
        {
            WriteError(ErrorCatalogue.Error("PassphraseTooShort", PassphraseHash.MinLength), Name);
            return;
        }

        Submit(new RegisterConfigurationServer(Fabric, Name, Address, Passphrase is null ? null : PassphraseHash.Of(Passphrase), AllowOtherAddress));
    }
}

/// <summary>Saves the database of a configuration server.</summary>
[Cmdlet(VerbsData.Backup, "AsrConfigurationServer", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class BackupAsrConfigurationServerCommand : JobCmdlet
{
    /// <summary>The site: a fabric, its name, or its configuration server.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Fabric", "Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Fabric { get; set; } = [];

    /// <summary>The file to write; by default a new one in the vault's folder, of which the newest are kept.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Path is null || TryFullPath(Path) is not null)
        {
            Array.ForEach(Fabric, fabric => Submit(new BackupConfigurationServer(fabric, Path is null ? null : TryFullPath(Path))));
        }
    }
}

/// <summary>Restores a configuration server from a saved database.</summary>
[Cmdlet(VerbsData.Restore, "AsrConfigurationServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class RestoreAsrConfigurationServerCommand : JobCmdlet
{
    /// <summary>The site: a fabric, its name, or its configuration server.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Fabric", "Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>The file to read; by default the newest one in the vault's folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The server's address now; by default the one it had.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>Restore although the address differs: what still holds the old one cannot fail back.</summary>
    [Parameter]
    public SwitchParameter AllowOtherAddress { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Path is null || TryFullPath(Path) is not null)
        {
            Submit(new RestoreConfigurationServer(Fabric, Path is null ? null : TryFullPath(Path), Address, AllowOtherAddress));
        }
    }
}

/// <summary>Deploys a process server in Azure and registers it with a configuration server.</summary>
[Cmdlet(VerbsCommon.New, "AsrProcessServer", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrProcessServerCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>The Azure site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>Address of the configuration server it registers with.</summary>
    [Parameter(Mandatory = true)]
    public string ConfigurationServerAddress { get; set; } = "";

    /// <summary>The Azure network: that of the machines.</summary>
    [Parameter(Mandatory = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string Network { get; set; } = "";

    /// <summary>An address of the network that is not in use.</summary>
    [Parameter(Mandatory = true)]
    public string IPAddress { get; set; } = "";

    /// <summary>Name of its administrator account.</summary>
    [Parameter(Mandatory = true)]
    [ValidatePattern("\\S")]
    public string AdministratorName { get; set; } = "";

    /// <summary>The passphrase of the configuration server, where one was set; stored nowhere.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(
        new DeployProcessServer(Fabric, Name, ConfigurationServerAddress, Network, IPAddress, AdministratorName) { Passphrase = Passphrase });
}
