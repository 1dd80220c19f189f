using System.Text.Json.Nodes;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// Reads a <c>site.json</c> of version 1 as one of version 2: one controller and one retention volume become lists, the
/// name of the configuration server an object. Whatever is not as version 1 had it is left for the reader to refuse.
/// </summary>
internal static class SiteUpgrade
{
    /// <summary>Keeps a file of an older version beside the one that takes its place.</summary>
    public static void KeepOlder(IFileSystem files, string path)
    {
        var kept = Path.ChangeExtension(path, ".v1.json");
        if (AtomicFile.Read(files, path, int.MaxValue) is { } content && !ReferenceEquals(Apply(path, content), content) && !files.Exists(kept))
        {
            AtomicFile.Replace(files, kept, content);
        }
    }

    /// <summary>The same inventory in the newest version.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: a version that is not known, or a version 1 that lacks something.</exception>
    public static byte[] Apply(string path, byte[] content) => OlderVersion.Upgraded(path, content, SiteDocument.CurrentVersion, site => Upgrade(path, site));

    private static void Upgrade(string path, JsonObject site)
    {
        if (OlderVersion.TextOf(site, "configurationServer") is { } server)
        {
            site["configurationServer"] = new JsonObject { ["name"] = server };
        }

        var servers = site["masterTargets"] as JsonArray ?? [];
        for (var index = 0; index < servers.Count; index++)
        {
            if (servers[index] is JsonObject masterTarget)
            {
                Upgrade(path, $"$.masterTargets[{index}]", masterTarget);
            }
        }
    }

    private static void Upgrade(string path, string place, JsonObject masterTarget)
    {
        var controller = Taken(path, place, masterTarget, "scsiController", "scsiControllers");
        var folder = Taken(path, place, masterTarget, "retentionVolume", "retentionVolumes");
        masterTarget["scsiControllers"] = new JsonArray(controller);
        var volume = SiteTemplate.UsualVolume(OlderVersion.TextOf(masterTarget, "operatingSystem") ?? "", folder);
        masterTarget["retentionVolumes"] = new JsonArray(new JsonObject { ["name"] = volume.Name, ["folder"] = volume.Folder });
    }

    private static string Taken(string path, string place, JsonObject from, string property, string newer)
    {
        if (from.ContainsKey(newer))
        {
            throw SiteJson.Invalid(path, $"{place}.{newer}", "version 1 does not know this property");
        }

        if (!from.ContainsKey(property))
        {
            throw SiteJson.Invalid(path, place, $"'{property}' is missing");
        }

        var text = OlderVersion.TextOf(from, property) ?? throw SiteJson.Invalid(path, $"{place}.{property}", "it is not a text");
        from.Remove(property);
        return text;
    }
}
