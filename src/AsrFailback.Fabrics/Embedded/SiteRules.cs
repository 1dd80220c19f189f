namespace AsrFailback.Fabrics.Embedded;

/// <summary>What the schema says beyond types; each breach names the place and the value.</summary>
internal static class SiteRules
{
    /// <summary>Checks a site's inventory.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>PathOutsideSite</c>, <c>FormatTooNew</c>.</exception>
    public static void Require(string root, string path, SiteDocument site)
    {
        RequireVersion(path, site.Version);
        if (site.Datastores.Count == 0)
        {
            throw SiteJson.Invalid(path, "$.datastores", "at least one datastore is needed");
        }

        for (var index = 0; index < site.Datastores.Count; index++)
        {
            SitePath.Resolve(root, site.Datastores[index].Folder, $"{path}, $.datastores[{index}].folder");
            var unknown = site.Datastores[index].Hosts.FirstOrDefault(host => site.Hosts.All(known => known.Name != host));
            if (unknown is not null)
            {
                throw SiteJson.Invalid(path, $"$.datastores[{index}].hosts", $"'{unknown}' is not a host of this site");
            }
        }

        for (var index = 0; index < site.MasterTargets.Count; index++)
        {
            SitePath.Resolve(root, site.MasterTargets[index].RetentionVolume, $"{path}, $.masterTargets[{index}].retentionVolume");
            if (site.Hosts.All(host => host.Name != site.MasterTargets[index].Host))
            {
                throw SiteJson.Invalid(path, $"$.masterTargets[{index}].host", $"'{site.MasterTargets[index].Host}' is not a host of this site");
            }
        }

        SitePath.Resolve(root, site.CacheFolder, $"{path}, $.cacheFolder");
    }

    /// <summary>Checks a machine.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>PathOutsideSite</c>, <c>FormatTooNew</c>.</exception>
    public static void Require(string root, string path, MachineDocument machine)
    {
        RequireVersion(path, machine.Version);
        if (machine.OperatingSystem is not ("Linux" or "Windows"))
        {
            throw SiteJson.Invalid(path, "$.operatingSystem", $"'{machine.OperatingSystem}' is neither Linux nor Windows");
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

    // Two disks of one name would share a replica, two of one file their bytes.
    private static void RequireDistinct(string path, IEnumerable<string> values)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (values.FirstOrDefault(value => !seen.Add(value)) is { } twice)
        {
            throw SiteJson.Invalid(path, "$.disks", $"'{twice}' is there twice");
        }
    }

    private static void RequireVersion(string path, int version)
    {
        if (version != SiteDocument.CurrentVersion)
        {
            throw SiteJson.Invalid(path, "$.version", $"{version} is not a version this program reads ({SiteDocument.CurrentVersion})");
        }
    }
}
