using System.Text.Json;
using System.Text.Json.Nodes;
using AsrFailback.Core.Json;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>Reads a file of version 1 as one of the newest version; whatever is not as version 1 had it is left for the reader to refuse.</summary>
internal static class OlderVersion
{
    /// <summary>The same content in the newest version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="newest">The newest version.</param>
    /// <param name="upgrade">Makes it of version 1.</param>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: a version that is not known, or a version 1 that lacks something.</exception>
    public static byte[] Upgraded(string path, byte[] content, int newest, Action<JsonObject> upgrade)
    {
        if (JsonNode.Parse(content, documentOptions: HandWritten.Reading) is not JsonObject document || VersionOf(document) is not { } version)
        {
            return content;
        }

        if (version != 1 && version != newest)
        {
            throw SiteJson.Invalid(path, "$.version", $"{version} is not a version this program reads (1, {newest})");
        }

        if (version == newest)
        {
            return content;
        }

        document["version"] = newest;
        upgrade(document);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>A text property; null when it is missing or no text.</summary>
    public static string? TextOf(JsonObject from, string property) =>
        from[property] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static int? VersionOf(JsonObject document) => document["version"] is JsonValue value && value.TryGetValue(out int version) ? version : null;
}
