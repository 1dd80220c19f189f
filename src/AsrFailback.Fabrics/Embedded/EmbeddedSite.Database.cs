namespace AsrFailback.Fabrics.Embedded;

/// <content>The configuration server of a site and its database.</content>
public sealed partial class EmbeddedSite
{
    private string DatabasePath => Path.Combine(_root, "state", "configuration-server.json");

    /// <summary>The database; null while nothing was ever registered.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public ConfigurationDatabase? Database => SiteJson.TryRead<ConfigurationDatabase>(_files, DatabasePath);

    /// <summary>Changes the database.</summary>
    /// <param name="change">Makes the new one of the old one.</param>
    public void ChangeDatabase(Func<ConfigurationDatabase, ConfigurationDatabase> change)
    {
        lock (_lock)
        {
            RequireReachable();
            SiteJson.Write(_files, DatabasePath, change(Database ?? new ConfigurationDatabase()));
        }
    }

    /// <summary>Sets the configuration server in the inventory.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public void PutConfigurationServer(ConfigurationServer server) => ChangeInventory(site => site with { ConfigurationServer = server });

    private ConfigurationServer? WithDatabase(SiteDocument site)
    {
        var database = Database;
        return site.ConfigurationServer is { } server
            ? server with
            {
                Fabric = Name, VCenter = site.VCenter, Machines = database?.Machines, Servers = database?.Servers ?? [], LastBackupUtc = database?.LastBackupUtc,
            }
            : null;
    }
}
