using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine;

/// <content>The configuration servers of the vault's sites.</content>
public sealed partial class FailbackEngine
{
    /// <summary>Changes the database of a fabric's configuration server. One that begins knows every machine that is protected already.</summary>
    internal void ChangeDatabase(string fabric, Func<ConfigurationDatabase, ConfigurationDatabase> change)
    {
        var site = Site(fabric);
        var protectedHere = MachinesOf(fabric);
        site.ChangeDatabase(database => change(site.Database is null ? database with { Machines = protectedHere } : database));
    }

    /// <summary>The machines that are protected and at home at a fabric.</summary>
    internal IReadOnlyList<string> MachinesOf(string fabric) =>
        ItemsOf(fabric).Where(facts => IsName(facts.HomeFabric, fabric)).Select(facts => facts.Item).ToArray();

    /// <summary>Notes a machine in the database of its home's configuration server, where there is one (TO-02).</summary>
    internal void RegisterMachine(string fabric, string machine)
    {
        if (Site(fabric).Kind.IsVSphere())
        {
            ChangeDatabase(fabric, database => (database.Forgetting(machine) with { Machines = [.. database.Machines.Where(name => !IsName(name, machine)), machine] })
                .RegisteredAt(Site(fabric).Snapshot(machine).ConfigurationServer?.Address));
        }
    }

    /// <summary>Takes a machine off the database of its home's configuration server.</summary>
    internal void UnregisterMachine(string fabric, string machine)
    {
        try
        {
            if (Site(fabric) is { IsReachable: true, Database: not null } site)
            {
                site.ChangeDatabase(database => database.Forgetting(machine) with { Machines = [.. database.Machines.Where(name => !IsName(name, machine))] });
            }
        }
        catch (AsrException)
        {
            // A database that cannot be read keeps nobody from giving a protection up.
        }
    }

    /// <summary>The configuration server with an address, of any site; null when there is none.</summary>
    internal ConfigurationServer? ConfigurationServerAt(string address) =>
        (from document in _store.List("fabric")
         let site = Site(document.Key)
         where !site.IsGone
         let server = site.Snapshot().ConfigurationServer
         where server?.Address is not null && IsName(server.Address, address)
         select server).FirstOrDefault();

    private void SaveOverdueDatabases()
    {
        foreach (var document in _store.List("fabric"))
        {
            try
            {
                // One that has lost machines must not take the place of the backup that still has them.
                if (Site(document.Key) is { IsReachable: true, Database: { } database }
                    && Options.Clock.GetUtcNow() - (database.LastBackupUtc ?? DateTimeOffset.MinValue) >= Options.BackupInterval
                    && !MachinesOf(document.Key).Except(database.Machines, StringComparer.OrdinalIgnoreCase).Any())
                {
                    SubmitAsync(new BackupConfigurationServer(document.Key), jobName: null, _stop.Token).GetAwaiter().GetResult();
                }
            }
            catch (AsrException)
            {
                // A site that cannot be saved now does not keep the others from it; it is tried again at the next look.
            }
        }
    }
}
