using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Readiness;

/// <summary>Which datastores a master target's host can use, and why not the others (MT-05, RP-02, RP-03, RP-17).</summary>
public static class StorageRules
{
    /// <summary>Whether the account of the configuration server may only read, so that datastores cannot be listed (RP-11).</summary>
    public static bool IsReadOnly(InventorySnapshot site) => Words.Same(site.ConfigurationServer?.AccountRights, "ReadOnly");

    /// <summary>Why a host cannot use a datastore, every reason; null when it can.</summary>
    public static AsrError? ReasonAgainst(Datastore store, string host) => AllReasons.Of(
    [
        Words.Same(store.Type, "NFS") ? ErrorCatalogue.Error("DatastoreNfs", store.Name)
            : !Words.Same(store.Type, "VMFS") && !Words.Same(store.Type, "vSAN") ? ErrorCatalogue.Error("DatastoreType", store.Name, store.Type) : null,
        !store.Accessible || !store.Hosts.Has(host) ? ErrorCatalogue.Error("DatastoreNotAccessible", store.Name, host, Seen(store, host)) : null,
    ]);

    /// <summary>Names of the datastores a host can use.</summary>
    public static IEnumerable<string> Usable(InventorySnapshot site, string host) =>
        site.Datastores.Where(store => ReasonAgainst(store, host) is null).Select(store => store.Name);

    /// <summary>Why a master target can use no datastore at all; null when it can use one.</summary>
    public static AsrError? ReasonAgainstAll(InventorySnapshot site, MasterTarget server)
    {
        if (Usable(site, server.Host).Any())
        {
            return null;
        }

        var mounted = site.Datastores.Where(store => store.Hosts.Has(server.Host)).ToArray();
        return mounted.Length > 0 && mounted.All(store => Words.Same(store.Type, "NFS"))
            ? ErrorCatalogue.Error("DatastoresNfsOnly", server.Name, server.Host)
            : AllReasons.Of(site.Datastores.Where(store => Seen(store, server.Host) is "inaccessible" or "read-only").Select(store => ReasonAgainst(store, server.Host)))
                ?? ErrorCatalogue.Error("MasterTargetDatastore", server.Name, server.Host);
    }

    /// <summary>How a host sees a datastore, as a value.</summary>
    internal static string Seen(Datastore store, string host) =>
        !store.Accessible ? "inaccessible" : store.Hosts.Has(host) ? "read/write" : store.ReadOnlyHosts.Has(host) ? "read-only" : "not mounted";
}
