using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A published schema: checks a document by it and makes one. A keyword it does not know is an error, not ignored.</summary>
internal sealed class Schema
{
    private static readonly HashSet<string> Keywords =
    [
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "additionalProperties", "required", "properties", "items",
        "minItems", "maxItems", "const", "enum", "format", "pattern", "maxLength", "minimum", "maximum", "multipleOf",
    ];

    private readonly JsonObject _root;

    private Schema(JsonObject root) => _root = root;

    public static Schema Site { get; } = Load("site");

    public static Schema Machine { get; } = Load("machine");

    public static Schema Plan { get; } = Load("recovery-plan");

    public static Schema Of(string file) => file == "site.json" ? Site : Machine;

    /// <summary>The smallest document that has every property.</summary>
    public JsonObject Full() => (JsonObject)Sample(_root);

    /// <summary>What speaks against a document, each with its place.</summary>
    public IEnumerable<string> Faults(JsonNode? document) => Faults(Expand(_root), document, "$");

    /// <summary>Every place with its rules, items of lists as <c>[0]</c>, in the full document.</summary>
    public IEnumerable<(string Place, JsonObject Rules, bool Required)> Places() => Places(Expand(_root), "$", required: true);

    private static Schema Load(string name)
    {
        var path = Path.Combine(RepositoryFolder.Root, "docs", "schema", $"{name}.schema.json");
        return new Schema((JsonObject)JsonNode.Parse(File.ReadAllText(path))!);
    }

    private JsonObject Expand(JsonNode? rules)
    {
        var found = (JsonObject)rules!.DeepClone();
        if ((string?)found["$ref"] is { } reference)
        {
            foreach (var (keyword, value) in Expand(_root["$defs"]![reference.Split('/')[^1]]).Where(pair => !found.ContainsKey(pair.Key)))
            {
                found[keyword] = value?.DeepClone();
            }
        }

        return found.FirstOrDefault(pair => !Keywords.Contains(pair.Key)).Key is { } unknown
            ? throw new NotSupportedException($"The keyword {unknown} is not known to the tests.")
            : found;
    }

    private IEnumerable<(string Place, JsonObject Rules, bool Required)> Places(JsonObject rules, string place, bool required)
    {
        yield return (place, rules, required);
        var inner = rules["items"] is { } items ? Places(Expand(items), place + "[0]", required: false)
            : rules["additionalProperties"] is JsonObject values ? Places(Expand(values), place + ".x", required: false)
            : (rules["properties"] as JsonObject ?? []).SelectMany(property =>
                Places(Expand(property.Value), $"{place}.{property.Key}", Names(rules["required"]).Contains(property.Key)));
        foreach (var found in inner)
        {
            yield return found;
        }
    }

    private JsonNode Sample(JsonNode? from)
    {
        var rules = Expand(from);
        return rules switch
        {
            _ when rules["const"] is { } only => only.DeepClone(),
            _ when rules["enum"] is JsonArray words => words[0]!.DeepClone(),
            _ => (string?)rules["type"] switch
            {
                "object" when rules["properties"] is JsonObject properties =>
                    new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Sample(property.Value)))),
                "object" => new JsonObject { ["x"] = Sample(rules["additionalProperties"]) },
                "array" => new JsonArray(Sample(rules["items"])),
                "boolean" => true,
                "integer" => Math.Max((long?)rules["minimum"] ?? 1, 1),
                "number" => 1.5,
                _ => (string?)rules["format"] switch { "uuid" => $"{SiteFolder.Web01.Uuid}", "date-time" => "2030-01-01T00:00:00+00:00", _ => "x" },
            },
        };
    }

    private IEnumerable<string> Faults(JsonObject rules, JsonNode? value, string place)
    {
        var own = OwnFaults(rules, value).Select(fault => $"{place}: {fault}");
        return value switch
        {
            JsonObject found when (string?)rules["type"] == "object" => own.Concat(found.SelectMany(property => RulesFor(rules, property.Key) is { } inner
                ? Faults(inner, property.Value, $"{place}.{property.Key}")
                : [$"{place}.{property.Key}: not known"])),
            JsonArray list when (string?)rules["type"] == "array" =>
                own.Concat(list.SelectMany((item, index) => Faults(Expand(rules["items"]), item, $"{place}[{index}]"))),
            _ => own,
        };
    }

    private JsonObject? RulesFor(JsonObject rules, string property) => rules["properties"]?[property] is { } known ? Expand(known)
        : rules["additionalProperties"] is JsonObject any ? Expand(any)
        : null;

    private static IEnumerable<string> OwnFaults(JsonObject rules, JsonNode? value)
    {
        if (rules["const"] is { } only && !JsonNode.DeepEquals(only, value))
        {
            yield return $"not {only}";
        }

        if (rules["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            yield return "not one of its words";
        }

        if ((string?)rules["type"] is { } type && !IsOf(type, value))
        {
            yield return $"no {type}";
            yield break;
        }

        var faults = value switch
        {
            JsonObject found => Names(rules["required"]).Where(name => !found.ContainsKey(name)).Select(name => $"{name} is missing"),
            JsonArray list => Range(list.Count, rules["minItems"], rules["maxItems"]),
            JsonValue number when number.TryGetValue(out decimal amount) =>
                Range(amount, rules["minimum"], rules["maximum"]).Concat((decimal?)rules["multipleOf"] is { } step && amount % step != 0 ? ["no multiple"] : []),
            JsonValue text when text.TryGetValue(out string? content) => TextFaults(rules, content),
            _ => [],
        };
        foreach (var fault in faults)
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> TextFaults(JsonObject rules, string text) =>
    [
        .. text.Length > ((int?)rules["maxLength"] ?? int.MaxValue) ? ["too long"] : Array.Empty<string>(),
        .. (string?)rules["pattern"] is { } pattern && !Regex.IsMatch(text, pattern) ? ["another pattern"] : Array.Empty<string>(),
        .. (string?)rules["format"] == "uuid" && !Guid.TryParseExact(text, "D", out _) ? ["no uuid"] : Array.Empty<string>(),
        .. (string?)rules["format"] == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) ? ["no time"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Range(decimal value, JsonNode? from, JsonNode? to) =>
        value < ((decimal?)from ?? decimal.MinValue) || value > ((decimal?)to ?? decimal.MaxValue) ? ["out of range"] : [];

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        _ => value is JsonValue number && number.TryGetValue(out decimal amount) && decimal.IsInteger(amount),
    };

    private static IEnumerable<string> Names(JsonNode? list) => (list as JsonArray ?? []).Select(name => (string)name!);
}
