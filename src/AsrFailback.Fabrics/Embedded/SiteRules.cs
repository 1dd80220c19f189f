namespace AsrFailback.Fabrics.Embedded;

/// <summary>What the schema says beyond types; each breach names the place and the value.</summary>
internal static class SiteRules
{
    private static readonly string[] StoreTypes = ["VMFS", "vSAN", "NFS", "StorageAccount", "Volume"];
    private static readonly string[] Licences = ["Licensed", "Evaluation", "Free"];
    private static readonly string[] Families = ["Linux", "Windows"];
    private static readonly string[] Connections = ["SiteToSiteVpn", "ExpressRoutePrivate", "ExpressRoutePublic", "Internet"];
    private static readonly string[] Rights = ["Full", "ReadOnly"];

    /// <summary>Checks a site's inventory.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>PathOutsideSite</c>.</exception>
    public static void Require(string root, string path, SiteDocument site)
    {
        RequireVersion(path, site.Version, SiteDocument.CurrentVersion);
        var breach = BreachesOf(site).FirstOrDefault();
        if (breach != default)
        {
            throw SiteJson.Invalid(path, breach.Place, breach.What);
        }

        foreach (var (place, folder) in FoldersOf(site))
        {
            SitePath.Resolve(root, folder, $"{path}, {place}");
        }
    }

    private static IEnumerable<(string Place, string What)> BreachesOf(SiteDocument site) => BreachesOf(site, site.Hosts.Select(host => host.Name).ToHashSet(StringComparer.Ordinal));

    private static IEnumerable<(string Place, string What)> BreachesOf(SiteDocument site, HashSet<string> hosts) =>
    [
        .. site.Datastores.Count == 0 ? [("$.datastores", "at least one datastore is needed")] : Array.Empty<(string, string)>(),
        .. Twice("$.hosts", site.Hosts.Select(host => host.Name)),
        .. Twice("$.datastores", site.Datastores.Select(store => store.Name)),
        .. Twice("$.clouds", site.Clouds.Select(cloud => cloud.Name)),
        .. site.Clouds.SelectMany((cloud, index) => Name($"$.clouds[{index}].name", cloud.Name)),
        .. Twice("$.masterTargets", site.MasterTargets.Select(server => server.Name)),
        .. Twice("$.processServers", site.ProcessServers.Select(server => server.Name)),
        .. site.Hosts.SelectMany((host, index) => BreachesOf(host, $"$.hosts[{index}]")),
        .. Twice("$.datastores", site.Datastores.Select(store => store.Folder)),
        .. site.Datastores.SelectMany((store, index) => BreachesOf(hosts, store, $"$.datastores[{index}]")),
        .. site.MasterTargets.SelectMany((server, index) => BreachesOf(hosts, server, $"$.masterTargets[{index}]")),
        .. site.ProcessServers.SelectMany((server, index) => BreachesOf(server, $"$.processServers[{index}]")),
        .. site.Networks.SelectMany((network, index) => Name($"$.networks[{index}]", network)),
        .. site.ConfigurationServer is { } manager ? Name("$.configurationServer.name", manager.Name) : [],
        .. site.ConfigurationServer is { } server ? Port("$.configurationServer.dataPort", server.DataPort) : [],
        .. site.ConfigurationServer is { } account ? Word("$.configurationServer.accountRights", account.AccountRights, Rights) : [],
        .. NotNegative("$.freeMachineQuota", site.FreeMachineQuota),
        .. site.Connection is { } link ? BreachesOf(link) : [],
    ];

    private static IEnumerable<(string Place, string What)> BreachesOf(EsxiHost host, string place) =>
        [.. Name($"{place}.name", host.Name), .. Word($"{place}.licence", host.Licence, Licences), .. NotNegative($"{place}.freeMemoryBytes", host.FreeMemoryBytes)];

    private static IEnumerable<(string Place, string What)> BreachesOf(ProcessServer server, string place) =>
    [
        .. Name($"{place}.name", server.Name),
        .. Port($"{place}.port", server.Port),
        .. server.ClosedPorts.SelectMany((port, index) => Port($"{place}.closedPorts[{index}]", port)),
    ];

    private static IEnumerable<(string Place, string What)> BreachesOf(HashSet<string> hosts, DatastoreDocument store, string place) =>
    [
        .. Name($"{place}.name", store.Name),
        .. Word($"{place}.type", store.Type, StoreTypes),
        .. store.Hosts.SelectMany(host => Host(hosts, $"{place}.hosts", host)),
        .. store.ReadOnlyHosts.SelectMany(host => Host(hosts, $"{place}.readOnlyHosts", host)),
    ];

    private static IEnumerable<(string Place, string What)> BreachesOf(HashSet<string> hosts, MasterTarget server, string place) =>
    [
        .. Name($"{place}.name", server.Name),
        .. Word($"{place}.operatingSystem", server.OperatingSystem, Families),
        .. Host(hosts, $"{place}.host", server.Host),
        .. NotNegative($"{place}.attachedDisks", server.AttachedDisks),
        .. Twice($"{place}.retentionVolumes", server.RetentionVolumes.Select(volume => volume.Name)),
        .. server.RetentionVolumes.SelectMany((volume, index) => NotNegative($"{place}.retentionVolumes[{index}].capacityBytes", volume.CapacityBytes)),
    ];

    private static IEnumerable<(string Place, string What)> BreachesOf(Connection link) =>
    [
        .. Word("$.connection.kind", link.Kind, Connections),
        .. NotNegative("$.connection.latencyMilliseconds", link.LatencyMilliseconds),
        .. NotNegative("$.connection.megabitsPerSecond", link.MegabitsPerSecond),
    ];

    private static IEnumerable<(string Place, string Folder)> FoldersOf(SiteDocument site) =>
    [
        .. site.Datastores.Select((store, index) => ($"$.datastores[{index}].folder", store.Folder)),
        .. site.MasterTargets.SelectMany((server, index) => server.RetentionVolumes.Select((volume, number) =>
            ($"$.masterTargets[{index}].retentionVolumes[{number}].folder", volume.Folder))),
        ("$.cacheFolder", site.CacheFolder),
    ];

    private static IEnumerable<(string Place, string What)> Word(string place, string word, string[] known) =>
        known.Contains(word, StringComparer.OrdinalIgnoreCase) ? [] : [(place, $"'{word}' is not one of {string.Join(", ", known)}")];

    private static IEnumerable<(string Place, string What)> Name(string place, string name) =>
        string.IsNullOrWhiteSpace(name) ? [(place, $"'{name}' is no name")] : [];

    private static IEnumerable<(string Place, string What)> Host(HashSet<string> hosts, string place, string host) =>
        hosts.Contains(host) ? [] : [(place, $"'{host}' is not a host of this site")];

    private static IEnumerable<(string Place, string What)> Port(string place, int port) =>
        port is > 0 and <= ushort.MaxValue ? [] : [(place, $"{port} is not a port")];

    private static IEnumerable<(string Place, string What)> NotNegative(string place, double? value) =>
        value is null or >= 0 ? [] : [(place, $"{value} is negative")];

    private static IEnumerable<(string Place, string What)> Twice(string place, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => (place, $"'{group.Key}' is there twice"));

    /// <summary>Checks a machine.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>PathOutsideSite</c>, <c>FormatTooNew</c>.</exception>
    public static void Require(string root, string path, MachineDocument machine)
    {
        RequireVersion(path, machine.Version, MachineDocument.CurrentVersion);
        if (machine.OperatingSystem is not ("Linux" or "Windows"))
        {
            throw SiteJson.Invalid(path, "$.operatingSystem", $"'{machine.OperatingSystem}' is neither Linux nor Windows");
        }

        var breach = NotNegative("$.memoryBytes", machine.MemoryBytes).Concat(NotNegative("$.snapshots", machine.Snapshots)).FirstOrDefault();
        if (breach != default)
        {
            throw SiteJson.Invalid(path, breach.Place, breach.What);
        }

        var nic = BreachesOf(machine.Nics).FirstOrDefault();
        if (nic != default)
        {
            throw SiteJson.Invalid(path, nic.Place, nic.What);
        }

        if (machine.Disks.Count is 0 or > 60)
        {
            throw SiteJson.Invalid(path, "$.disks", $"{machine.Disks.Count} disks; 1 to 60 are possible");
        }

        RequireDistinct(path, machine.Disks.Select(disk => disk.Name));
        RequireDistinct(path, machine.Disks.Select(disk => disk.File));
        for (var index = 0; index < machine.Disks.Count; index++)
        {
            if (!SitePath.IsName(machine.Disks[index].Name))
            {
                throw SiteJson.Invalid(path, $"$.disks[{index}].name", $"'{machine.Disks[index].Name}' is not a plain name of letters, digits, '-' and '_'");
            }

            SitePath.Resolve(root, machine.Disks[index].File, $"{path}, $.disks[{index}].file");
            var bytes = machine.Disks[index].CapacityBytes;
            if (bytes <= 0 || bytes % 512 != 0)
            {
                throw SiteJson.Invalid(path, $"$.disks[{index}].capacityBytes", $"{bytes} is not a positive whole number of 512-byte sectors");
            }
        }
    }

    private static IEnumerable<(string Place, string What)> BreachesOf(IReadOnlyList<MachineNic> nics) =>
    [
        .. nics.Count is 0 or > Machine.MaxNics ? [("$.nics", $"{nics.Count} network interfaces; 1 to {Machine.MaxNics} are possible")] : Array.Empty<(string, string)>(),
        .. nics.SelectMany((nic, index) => Name($"$.nics[{index}].name", nic.Name)),
        .. Twice("$.nics", nics.Select(nic => nic.Name)),
        .. nics.Count(nic => nic.Primary) is var primary and not 1 ? [("$.nics", $"{primary} of them are primary; exactly one is")] : Array.Empty<(string, string)>(),
    ];

    // Two disks of one name would share a replica, two of one file their bytes.
    private static void RequireDistinct(string path, IEnumerable<string> values)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (values.FirstOrDefault(value => !seen.Add(value)) is { } twice)
        {
            throw SiteJson.Invalid(path, "$.disks", $"'{twice}' is there twice");
        }
    }

    private static void RequireVersion(string path, int version, int known)
    {
        if (version != known)
        {
            throw SiteJson.Invalid(path, "$.version", $"{version} is not a version this program reads ({known})");
        }
    }
}
