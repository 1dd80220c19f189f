using System.Globalization;
using System.Text.Json.Nodes;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A place in a document, as errors name it: <c>$.hosts[0].name</c>.</summary>
internal static class JsonPlace
{
    /// <summary>The same document with another value at a place.</summary>
    public static JsonObject With(this JsonObject document, string place, JsonNode? value)
    {
        var copy = (JsonObject)document.DeepClone();
        var steps = Steps(place);
        var parent = steps[..^1].Aggregate((JsonNode)copy, (node, step) => IsIndex(step, out var index) ? node[index]! : node[step]!);
        if (IsIndex(steps[^1], out var last))
        {
            parent[last] = value;
        }
        else
        {
            parent[steps[^1]] = value;
        }

        return copy;
    }

    /// <summary>The same document without the property at a place.</summary>
    public static JsonObject Without(this JsonObject document, string place)
    {
        var copy = document.With(place, null);
        var steps = Steps(place);
        var parent = steps[..^1].Aggregate((JsonNode)copy, (node, step) => IsIndex(step, out var index) ? node[index]! : node[step]!);
        Assert.True(((JsonObject)parent).Remove(steps[^1]));
        return copy;
    }

    // "$.$schema" begins with two steps that look alike.
    private static string[] Steps(string place) => place[1..].Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsIndex(string step, out int index)
    {
        index = step[0] == '[' ? int.Parse(step[1..^1], CultureInfo.InvariantCulture) : -1;
        return index >= 0;
    }
}
