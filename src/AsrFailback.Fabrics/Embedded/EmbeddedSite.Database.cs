using AsrFailback.Core.Errors;

namespace AsrFailback.Fabrics.Embedded;

/// <content>The configuration server of a site and its database.</content>
public sealed partial class EmbeddedSite
{
    private static readonly IReadOnlyDictionary<string, string> NoAddresses = new Dictionary<string, string>();

    private string DatabasePath => Path.Combine(_root, "state", "configuration-server.json");

    /// <summary>The database; null while nothing was ever registered.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public ConfigurationDatabase? Database => _json.TryRead<ConfigurationDatabase>(DatabasePath);

    /// <summary>Changes the database.</summary>
    /// <param name="change">Makes the new one of the old one.</param>
    public void ChangeDatabase(Func<ConfigurationDatabase, ConfigurationDatabase> change)
    {
        lock (_lock)
        {
            RequireReachable();
            WriteDatabase(change(Database ?? new ConfigurationDatabase()));
        }
    }

    /// <summary>Sets the configuration server in the inventory.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public void PutConfigurationServer(ConfigurationServer server) => ChangeInventory(site => site with { ConfigurationServer = server });

    /// <summary>Puts another database in the place of the one that is there, whole or damaged.</summary>
    public void ReplaceDatabase(ConfigurationDatabase database)
    {
        lock (_lock)
        {
            RequireReachable();
            WriteDatabase(database);
        }
    }

    // That there is one is noted elsewhere too: one that goes missing is not taken for one that never was.
    private void WriteDatabase(ConfigurationDatabase database)
    {
        _json.Write(DatabasePath, database);
        if (ReadState() is { HasDatabase: false } state)
        {
            _json.Write(SiteStatePath, state with { HasDatabase = true });
        }
    }

    private ConfigurationServer? WithDatabase(SiteDocument site)
    {
        if (site.ConfigurationServer is not { } server)
        {
            return null;
        }

        server = server with { Fabric = Name, VCenter = site.VCenter };
        try
        {
            var database = Database;
            if (database is null && ReadState().HasDatabase)
            {
                return server with { DatabaseFault = ErrorCatalogue.Error("DatabaseMissing", server.Name, DatabasePath) };
            }

            return server with { Machines = database?.Machines, Servers = database?.Servers ?? [], LastBackupUtc = database?.LastBackupUtc, Addresses = database?.Addresses ?? NoAddresses };
        }
        catch (AsrException damage)
        {
            return server with { DatabaseFault = damage.Error };
        }
    }
}
