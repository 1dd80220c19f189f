using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace AsrFailback.Core.Errors;

/// <summary>
/// The one source of errors (ER): <c>errors.json</c> holds id, code and the English text, <c>errors.ko.json</c> the Korean
/// text by the same ids. The culture is <see cref="CultureInfo.CurrentUICulture"/>; English is the source and the
/// fallback. Thread-safe.
/// </summary>
public static class ErrorCatalogue
{
    private const int MostArguments = 9;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<Dictionary<string, Entry>> English = new(() => Load("errors.json"));
    private static readonly Lazy<Dictionary<string, Entry>> Korean = new(() => Load("errors.ko.json"));

    /// <summary>All ids of the catalogue.</summary>
    public static IReadOnlyCollection<string> Ids => English.Value.Keys;

    /// <summary>The whole catalogue in the reader's language, ordered by id.</summary>
    public static IReadOnlyList<AsrErrorInfo> All =>
    [
        .. English.Value.Values.OrderBy(entry => entry.Id, StringComparer.OrdinalIgnoreCase).Select(entry =>
        {
            var text = Localized(entry.Id) ?? entry;
            return new AsrErrorInfo(
                entry.Id, entry.Code ?? entry.Id, entry.Category, Unfilled(text.Message), Unfilled(text.Causes), Unfilled(text.Action),
                entry.Requirements ?? [], entry.Temporary);
        }),
    ];

    /// <summary>An error with its arguments filled in.</summary>
    /// <exception cref="KeyNotFoundException">The id is not in the catalogue: a defect, found by a test.</exception>
    public static AsrError Error(string id, params object[] arguments)
    {
        var source = English.Value[id];
        var text = Localized(id) ?? source;
        return new AsrError(id, source.Code ?? id, Fill(text.Message, arguments), Fill(text.Causes, arguments), Fill(text.Action, arguments)) 
        {
            Category = source.Category, Temporary = source.Temporary,
        };
    }

    /// <summary>An exception with an error of the catalogue.</summary>
    public static AsrException Exception(string id, params object[] arguments) => new(Error(id, arguments));

    /// <summary>An exception with an error of the catalogue and what the system said.</summary>
    public static AsrException Caused(Exception cause, string id, params object[] arguments) => new(Error(id, arguments), cause);

    /// <summary>A refusal that carries all its reasons (invariant 7).</summary>
    public static AsrException Refusal(string operation, string target, IReadOnlyList<AsrError> reasons) =>
        reasons.Count == 1
            ? new AsrException(reasons[0] with { Reasons = reasons })
            : new AsrException(Error("Refused", operation, target, reasons.Count) with { Reasons = reasons });

    private static Entry? Localized(string id) =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ko" ? Korean.Value.GetValueOrDefault(id) : null;

    private static string Fill(string text, object[] arguments) => string.Format(CultureInfo.InvariantCulture, text, arguments);

    private static string Unfilled(string text) => Fill(text, [.. Enumerable.Repeat<object>("…", MostArguments)]);

    private static Dictionary<string, Entry> Load(string file)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith("Errors." + file, StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var entries = JsonSerializer.Deserialize<Entry[]>(stream, Options)!;
        return entries.ToDictionary(entry => entry.Id, StringComparer.Ordinal);
    }

    private sealed record Entry(
        string Id, string? Code, string Message, string Causes, string Action,
        string Category = "NotSpecified", bool Temporary = false, string[]? Requirements = null);
}
