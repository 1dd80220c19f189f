using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace AsrFailback.Core.Readiness;

/// <summary>Why each check matters, in English (<c>checks.json</c>) and Korean (<c>checks.ko.json</c>). Thread-safe.</summary>
public static class CheckCatalogue
{
    private static readonly Lazy<Dictionary<string, string>> English = new(() => Load("checks.json"));
    private static readonly Lazy<Dictionary<string, string>> Korean = new(() => Load("checks.ko.json"));

    /// <summary>Why a check matters, in the reader's language; empty for one that needs no words.</summary>
    public static string Why(string checkId) =>
        (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ko" ? Korean.Value.GetValueOrDefault(checkId) : null)
        ?? English.Value.GetValueOrDefault(checkId) ?? "";

    private static Dictionary<string, string> Load(string file)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith("Readiness." + file, StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
