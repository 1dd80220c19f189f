using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsrFailback.Core.Json;

/// <summary>Says in the words of the file, not of the program, what is wrong at a place of it.</summary>
public static partial class JsonFault
{
    private const int MaxShown = 80;

    /// <summary>Describes a fault, with the value where there is one.</summary>
    /// <param name="fault">What the serializer says.</param>
    /// <param name="content">The file.</param>
    public static string Describe(JsonException fault, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Path is null)
        {
            return $"this is not JSON: {FirstSentence().Match(fault.Message).Value}";
        }

        if (fault.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            return "this property is not known";
        }

        var missing = MissingNames().Match(fault.Message);
        return missing.Success ? $"{missing.Value} is missing" : $"{ValueAt(fault.Path, content)} is not possible here";
    }

    private static string ValueAt(string path, byte[] content)
    {
        using var document = JsonDocument.Parse(content, HandWritten.Reading);
        JsonElement? place = document.RootElement;
        foreach (Match step in Steps().Matches(path))
        {
            place = place is { } at ? Into(at, step) : null;
        }

        var text = place?.GetRawText() ?? "this";
        return text.Length <= MaxShown ? text : text[..MaxShown] + "…";
    }

    private static JsonElement? Into(JsonElement place, Match step)
    {
        if (step.Groups["index"].Success)
        {
            var index = int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture);
            return place.ValueKind == JsonValueKind.Array && index < place.GetArrayLength() ? place[index] : null;
        }

        var name = step.Groups["quoted"].Success ? step.Groups["quoted"].Value : step.Groups["name"].Value;
        return place.ValueKind == JsonValueKind.Object && place.TryGetProperty(name, out var value) ? value : null;
    }

    [GeneratedRegex(@"^.*?\.(?= |$)", RegexOptions.Singleline)]
    private static partial Regex FirstSentence();

    [GeneratedRegex(@"(?<=including: ).*(?=\.)")]
    private static partial Regex MissingNames();

    [GeneratedRegex(@"\['(?<quoted>.*?)'\]|\.(?<name>[^.\[]+)|\[(?<index>\d+)\]")]
    private static partial Regex Steps();
}
