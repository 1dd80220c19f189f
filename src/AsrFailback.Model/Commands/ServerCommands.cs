using System.Security;
using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Registers the configuration server of a VMware site, or changes the one that is there (TO-02).</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Name">The server's name.</param>
/// <param name="Address">Its address; null keeps what is known.</param>
/// <param name="PassphraseHash">The hash of the passphrase that servers register with; null keeps what is known.</param>
/// <param name="AllowOtherAddress">Change the address although machines and servers registered under the one it has.</param>
public sealed record RegisterConfigurationServer(
    string Fabric, string Name, string? Address = null, string? PassphraseHash = null, bool AllowOtherAddress = false) : FabricCommand(Fabric);

/// <summary>Saves the database of a configuration server (TO-03).</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Path">The file, absolute; null for a new one in the vault's folder, of which the newest are kept.</param>
public sealed record BackupConfigurationServer(string Fabric, string? Path = null) : FabricCommand(Fabric);

/// <summary>Restores a configuration server from a saved database (TO-03).</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Path">The file, absolute; null for the newest one in the vault's folder.</param>
/// <param name="Address">Its address now; null for the one it had.</param>
/// <param name="AllowOtherAddress">Restore although the address differs: failback breaks for what still holds the old one.</param>
public sealed record RestoreConfigurationServer(string Fabric, string? Path = null, string? Address = null, bool AllowOtherAddress = false) : FabricCommand(Fabric);

/// <summary>Deploys a process server in Azure and registers it with a configuration server (TO-11).</summary>
/// <param name="Fabric">The Azure fabric's name.</param>
/// <param name="Name">The server's name.</param>
/// <param name="ConfigurationServerAddress">Address of the configuration server it registers with.</param>
/// <param name="Network">The Azure network; that of the machines.</param>
/// <param name="Address">Its address in the network; not in use.</param>
/// <param name="AdministratorName">Name of its administrator account.</param>
public sealed record DeployProcessServer(
    string Fabric, string Name, string ConfigurationServerAddress, string Network, string Address, string AdministratorName) : FabricCommand(Fabric)
{
    /// <summary>The passphrase of the configuration server: compared when the command is submitted, stored nowhere.</summary>
    [JsonIgnore]
    public SecureString? Passphrase { get; init; }
}
