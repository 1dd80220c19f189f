using System.Globalization;
using System.Text.RegularExpressions;

namespace AsrFailback.Tests;

/// <summary>The limits that users read, in the section <c>Limits</c> of <c>about_AsrFailback</c>.</summary>
internal static class ToldLimits
{
    /// <summary>The entry about a subject, on one line.</summary>
    public static string Of(string subject)
    {
        var help = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "help", "en-US", "about_AsrFailback.md"));
        var section = help[help.IndexOf("## Limits", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
        return section.Split("\n- ").Select(entry => Regex.Replace(entry, @"\s+", " ")).Single(entry => entry.StartsWith(subject, StringComparison.Ordinal));
    }

    public static string MiB(long bytes) => $"{bytes >> 20} MiB";

    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";
}
