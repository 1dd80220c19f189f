using System.Globalization;
using System.Text.Json;

namespace AsrFailback.Core.Json;

/// <summary>Something that is wrong at a place of a file.</summary>
/// <param name="Place">Its JSON path.</param>
/// <param name="What">What is wrong there.</param>
public sealed record JsonFinding(string Place, string What);

/// <summary>
/// A part of a JSON file that is read, with its place. What is wrong is found and reading goes on, so that a reader is told everything
/// at once; a value that is wrong reads as null. Not thread-safe.
/// </summary>
public sealed class JsonPart
{
    /// <summary>Findings of a file at most; a file that has more is wrong as a whole.</summary>
    public const int MostFindings = 100;

    private const int MostShown = 40;

    private readonly JsonElement? _value;
    private readonly List<JsonFinding> _findings;

    private JsonPart(JsonElement? value, string place, List<JsonFinding> findings) => (_value, Place, _findings) = (value, place, findings);

    /// <summary>A whole file.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public static JsonPart Root(JsonElement root, List<JsonFinding> findings) => new(root, "$", findings);

    /// <summary>Its JSON path.</summary>
    public string Place { get; }

    /// <summary>Whether it is missing, or null.</summary>
    public bool IsAbsent => _value is null or { ValueKind: JsonValueKind.Null };

    /// <summary>A property of it, which may be missing.</summary>
    public JsonPart this[string name] =>
        new(_value is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null, $"{Place}.{name}", _findings);

    /// <summary>Notes what is wrong with it; what was found there before says enough.</summary>
    public void Wrong(string what)
    {
        if (_findings.Count < MostFindings && !_findings.Any(finding => finding.Place == Place))
        {
            _findings.Add(new JsonFinding(Place, what));
        }
    }

    /// <summary>Its properties; any but these names are wrong. None for what is no object.</summary>
    public void Only(params string[] names)
    {
        if (Is(JsonValueKind.Object, "an object"))
        {
            foreach (var property in _value!.Value.EnumerateObject().Where(property => !names.Contains(property.Name, StringComparer.Ordinal)))
            {
                new JsonPart(property.Value, $"{Place}.{Short(property.Name)}", _findings).Wrong("this property is not known");
            }
        }
    }

    /// <summary>All its properties, whatever their names.</summary>
    public IEnumerable<(string Name, JsonPart Part)> Properties() => Is(JsonValueKind.Object, "an object")
        ? _value!.Value.EnumerateObject().Select(property => (property.Name, new JsonPart(property.Value, $"{Place}.{Short(property.Name)}", _findings)))
        : [];

    /// <summary>The items of a list.</summary>
    /// <param name="most">How many are possible.</param>
    public IReadOnlyList<JsonPart> Items(int most)
    {
        if (!Is(JsonValueKind.Array, "a list"))
        {
            return [];
        }

        if (_value!.Value.GetArrayLength() is var count && count > most)
        {
            Wrong($"{count} are too many; {most} are possible");
            return [];
        }

        return [.. _value.Value.EnumerateArray().Select((item, index) => new JsonPart(item, $"{Place}[{index.ToString(CultureInfo.InvariantCulture)}]", _findings))];
    }

    /// <summary>A text.</summary>
    public string? Text() => Is(JsonValueKind.String, "a text") ? _value!.Value.GetString() : null;

    /// <summary>A whole number of 64 bits.</summary>
    public long? Number()
    {
        if (!Is(JsonValueKind.Number, "a number"))
        {
            return null;
        }

        if (_value!.Value.TryGetInt64(out var number))
        {
            return number;
        }

        Wrong("it is no whole number of 64 bits");
        return null;
    }

    /// <summary>One of the words of an enumeration.</summary>
    public T? Word<T>()
        where T : struct, Enum
    {
        if (Text() is not { } text)
        {
            return null;
        }

        if (Enum.GetNames<T>().Contains(text, StringComparer.Ordinal))
        {
            return Enum.Parse<T>(text);
        }

        Wrong($"'{Short(text)}' is not one of {string.Join(", ", Enum.GetNames<T>())}");
        return null;
    }

    /// <summary>What kind of value it is.</summary>
    public JsonValueKind Kind => _value?.ValueKind ?? JsonValueKind.Undefined;

    private bool Is(JsonValueKind kind, string called)
    {
        if (Kind == kind)
        {
            return true;
        }

        Wrong(Kind == JsonValueKind.Undefined ? "it is missing" : $"it is not {called}");
        return false;
    }

    private static string Short(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";
}
