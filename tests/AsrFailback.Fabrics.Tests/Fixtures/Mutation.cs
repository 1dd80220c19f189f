using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Damages a file at random.</summary>
internal static class Mutation
{
    private static readonly byte[] Telling = [.. "{}[]\",:\\-.eE0 \n\0"u8, 0xff, 0xc3, 0xed];

    /// <summary>Deletes, duplicates, replaces or inserts bytes, one to three times.</summary>
    public static byte[] OfBytes(string text, Random random)
    {
        var content = Encoding.UTF8.GetBytes(text).ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var (at, count) = (random.Next(content.Count - 60), random.Next(1, 60));
            switch (random.Next(4))
            {
                case 0:
                    content.RemoveRange(at, count);
                    break;
                case 1:
                    content.InsertRange(random.Next(content.Count), content.GetRange(at, count));
                    break;
                case 2:
                    content[at] = AnyByte(random);
                    break;
                default:
                    content.Insert(at, AnyByte(random));
                    break;
            }
        }

        return [.. content];
    }

    /// <summary>Changes one value or one property, wherever it is.</summary>
    public static byte[] OfStructure(string text, Random random)
    {
        var document = JsonNode.Parse(text)!;
        var places = All(document).Where(node => node.Parent is not null).ToArray();
        var chosen = places[random.Next(places.Length)];
        if (chosen.Parent is JsonObject parent && random.Next(4) == 0)
        {
            var name = chosen.GetPropertyName();
            parent.Remove(name);
            if (random.Next(2) == 0)
            {
                parent[random.Next(2) == 0 ? name.ToUpperInvariant() : name + "x"] = chosen;
            }
        }
        else if (chosen.Parent is JsonArray list && random.Next(4) == 0)
        {
            list.Add(chosen.DeepClone());
        }
        else
        {
            chosen.ReplaceWith(Another(chosen, places, random));
        }

        var written = document.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 });
        return Encoding.UTF8.GetBytes(random.Next(8) == 0 ? WithTwin(written, (JsonObject)document, random) : written);
    }

    private static byte AnyByte(Random random) => random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);

    private static JsonNode? Another(JsonNode value, JsonNode[] places, Random random) => random.Next(12) switch
    {
        0 => null,
        1 => 5,
        2 => "x",
        3 => true,
        4 => new JsonArray(),
        5 => new JsonObject(),
        6 => value is JsonValue number && number.TryGetValue(out double amount) ? -amount : -1,
        7 => JsonNode.Parse(random.Next(2) == 0 ? "99999999999999999999" : "1e999"),
        8 => new string('x', random.Next(1, 3000)),
        9 => new JsonArray(value.DeepClone()),
        10 => "",
        _ => places[random.Next(places.Length)].DeepClone(),
    };

    // The same property twice, which a document in memory cannot have.
    private static string WithTwin(string text, JsonObject document, Random random)
    {
        var (name, value) = document.ElementAt(random.Next(document.Count));
        return $"{{ \"{name}\": {value?.ToJsonString() ?? "null"}, {text[(text.IndexOf('{', StringComparison.Ordinal) + 1)..]}";
    }

    private static IEnumerable<JsonNode> All(JsonNode node) =>
    [
        node,
        .. node switch
        {
            JsonObject found => found.Select(property => property.Value).OfType<JsonNode>().SelectMany(All),
            JsonArray list => list.OfType<JsonNode>().SelectMany(All),
            _ => [],
        },
    ];
}
