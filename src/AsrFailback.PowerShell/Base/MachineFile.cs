using System.Text;
using System.Text.Json;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>The values of machines of a plan in a file: CSV with a line of names, or JSON.</summary>
internal static class MachineFile
{
    private const string Parameter = "MachineFile";
    private const int MaxBytes = 4 << 20;

    /// <summary>The machines in the file.</summary>
    /// <param name="path">Full path of a <c>.csv</c> or <c>.json</c> file.</param>
    /// <exception cref="AsrException"><c>FileMissing</c>, <c>FileTooLarge</c>, <c>AccessDenied</c>, <c>ArgumentInvalid</c> with the line or the property.</exception>
    public static IReadOnlyList<MachineRow> Read(string path)
    {
        var name = Path.GetFileName(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" => [.. OfCsv(name, TextOf(path))],
            ".JSON" => [.. OfJson(name, TextOf(path))],
            _ => throw Invalid("FileKinds", name),
        };
    }

    private static string TextOf(string path)
    {
        try
        {
            var length = new FileInfo(path) is { Exists: true } file ? file.Length : throw ErrorCatalogue.Exception("FileMissing", path, "-MachineFile");
            return length <= MaxBytes ? File.ReadAllText(path) : throw ErrorCatalogue.Exception("FileTooLarge", path, length, MaxBytes);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(cause, "AccessDenied", path, cause.Message);
        }
    }

    private static IEnumerable<MachineRow> OfCsv(string file, string text)
    {
        var lines = CsvLines(file, text).ToArray();
        if (lines.Length == 0)
        {
            yield break;
        }

        var names = lines[0].Cells;
        foreach (var (number, cells) in lines.Skip(1))
        {
            if (cells.Count != names.Count)
            {
                throw Invalid("CsvCells", file, number, cells.Count, names.Count);
            }

            yield return MachineRow.Of(Parameter, Messages.Get("LinePlace", file, number), names.Zip(cells, (name, cell) => KeyValuePair.Create(name, (object?)cell)));
        }
    }

    // Cells between commas; in quotation marks they may hold commas, lines and, doubled, quotation marks (RFC 4180).
    private static IEnumerable<(int Number, List<string> Cells)> CsvLines(string file, string text)
    {
        var (cells, cell, quoted, line, began) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var at = 0; at <= text.Length; at++)
        {
            var next = at < text.Length ? text[at] : '\n';
            if (quoted && at == text.Length)
            {
                throw Invalid("CsvQuote", file, began);
            }

            if (quoted)
            {
                var doubled = next == '"' && at + 1 < text.Length && text[at + 1] == '"';
                (quoted, at) = (next != '"' || doubled, doubled ? at + 1 : at);
                _ = quoted ? cell.Append(next) : cell;
            }
            else if (next is ',' or '\n')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                quoted = next == '"';
                _ = quoted || next == '\r' ? cell : cell.Append(next);
            }

            if (next != '\n')
            {
                continue;
            }

            line++;
            if (!quoted)
            {
                if (cells is not [""])
                {
                    yield return (began, cells);
                }

                (cells, began) = ([], line);
            }
        }
    }

    private static List<MachineRow> OfJson(string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select((row, index) => OfElement(Messages.Get("ElementPlace", file, index + 1), row, name: null))],
                JsonValueKind.Object => [.. document.RootElement.EnumerateObject().Select(row => OfElement(Messages.Get("PropertyPlace", file, row.Name), row.Value, row.Name))],
                _ => throw Invalid("JsonShape", file),
            };
        }
        catch (JsonException wrong)
        {
            throw Invalid("JsonWrong", file, (wrong.LineNumber ?? 0) + 1);
        }
    }

    private static MachineRow OfElement(string place, JsonElement row, string? name)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("JsonShape", place);
        }

        var values = row.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, ValueOf(place, property)));
        return MachineRow.Of(Parameter, place, name is null ? values : values.Prepend(KeyValuePair.Create("Item", (object?)name)));
    }

    private static object? ValueOf(string place, JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => property.Value.GetString(),
        JsonValueKind.True or JsonValueKind.False => property.Value.GetBoolean(),
        JsonValueKind.Array when property.Value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String) => property.Value.EnumerateArray().Select(each => each.GetString()!).ToArray(),
        _ => throw Invalid("JsonValue", place, property.Name),
    };

    private static AsrException Invalid(string message, params object[] arguments) => ErrorCatalogue.Exception("ArgumentInvalid", Parameter, Messages.Get(message, arguments));
}
