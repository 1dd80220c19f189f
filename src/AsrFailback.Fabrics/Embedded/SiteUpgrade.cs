using System.Text.Json;
using System.Text.Json.Nodes;
using AsrFailback.Core.Json;
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
    public static byte[] Apply(string path, byte[] content)
    {
        if (JsonNode.Parse(content, documentOptions: HandWritten.Reading) is not JsonObject site || VersionOf(site) is not { } version)
        {
            return content;
        }

        if (version is not (1 or SiteDocument.CurrentVersion))
        {
            throw SiteJson.Invalid(path, "$.version", $"{version} is not a version this program reads (1, {SiteDocument.CurrentVersion})");
        }

        return version == 1 ? JsonSerializer.SerializeToUtf8Bytes(Upgraded(path, site)) : content;
    }

    private static JsonObject Upgraded(string path, JsonObject site)
    {
        site["version"] = SiteDocument.CurrentVersion;
        if (TextOf(site, "configurationServer") is { } server)
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

        return site;
    }

    private static void Upgrade(string path, string place, JsonObject masterTarget)
    {
        var controller = Taken(path, place, masterTarget, "scsiController", "scsiControllers");
        var folder = Taken(path, place, masterTarget, "retentionVolume", "retentionVolumes");
        masterTarget["scsiControllers"] = new JsonArray(controller);
        var volume = SiteTemplate.UsualVolume(TextOf(masterTarget, "operatingSystem") ?? "", folder);
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

        var text = TextOf(from, property) ?? throw SiteJson.Invalid(path, $"{place}.{property}", "it is not a text");
        from.Remove(property);
        return text;
    }

    private static int? VersionOf(JsonObject site) => site["version"] is JsonValue value && value.TryGetValue(out int version) ? version : null;

    private static string? TextOf(JsonObject from, string property) =>
        from[property] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
