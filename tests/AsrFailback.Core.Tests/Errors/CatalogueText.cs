using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsrFailback.Core.Tests;

/// <summary>The catalogue's files as they are in the source.</summary>
internal static partial class CatalogueText
{
    public static IReadOnlyList<JsonElement> English { get; } = Read("errors.json");

    public static IReadOnlyList<JsonElement> Korean { get; } = Read("errors.ko.json");

    public static string Id(JsonElement entry) => entry.GetProperty("id").GetString()!;

    public static string Field(JsonElement entry, string field) => entry.TryGetProperty(field, out var value) ? value.GetString()! : "";

    /// <summary>The numbers of the placeholders in an entry's texts, each once.</summary>
    public static IReadOnlyList<int> Placeholders(JsonElement entry) =>
        [.. new[] { "message", "causes", "action" }.SelectMany(field => Placeholder().Matches(Field(entry, field)))
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct().Order()];

    private static JsonElement[] Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RepositoryFolder.Source, "AsrFailback.Core", "Errors", file)));
        return [.. document.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }

    [GeneratedRegex(@"\{([0-9]+)")]
    private static partial Regex Placeholder();
}
