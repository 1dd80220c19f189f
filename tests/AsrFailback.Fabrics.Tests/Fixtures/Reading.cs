using System.Diagnostics;
using System.Text;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Reads a site one of whose files may be garbage, and judges how it is refused.</summary>
internal static class Reading
{
    private static readonly string[] Refusals = ["SiteInvalid", "PathOutsideSite", "FileTooLarge"];

    /// <summary>Opens a site and reads everything in it; what was thrown, or null.</summary>
    public static Exception? Of(SiteFolder folder) => Record.Exception(() => folder.Open().Snapshot());

    /// <summary>Reads a site whose one file is this text, and the other a good one.</summary>
    public static Exception? Of(string file, string text) => Of(file, Encoding.UTF8.GetBytes(text));

    public static Exception? Of(string file, byte[] content)
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine);
        File.WriteAllBytes(PathOf(folder, file), content);
        return Of(folder);
    }

    public static string PathOf(SiteFolder folder, string file) =>
        file == "site.json" ? folder.SiteFile : Path.Combine(folder.Root, "machines", "web01.json");

    /// <summary>The id of a refusal; null when it was read.</summary>
    public static string? IdOf(Exception? thrown) => thrown is null ? null : Assert.IsType<AsrException>(thrown).Error.Id;

    /// <summary>What is wrong with how a file was refused; null when nothing is.</summary>
    public static string? Fault(Exception? thrown, string path)
    {
        if (thrown is null)
        {
            return null;
        }

        if (thrown is not AsrException refusal)
        {
            var where = new StackTrace(thrown).GetFrames().Select(frame => frame.GetMethod())
                .FirstOrDefault(method => method?.DeclaringType?.Assembly == typeof(EmbeddedSite).Assembly);
            return $"{thrown.GetType().Name} from {where?.DeclaringType?.Name}.{where?.Name}: {thrown.Message}";
        }

        var (id, message) = (refusal.Error.Id, refusal.Error.Message);
        return !Refusals.Contains(id) ? $"refused as {id}: {message}"
            : !message.Contains(path, StringComparison.Ordinal) ? $"the file is not named: {message}"
            : id == "SiteInvalid" && !HasPlaceAndWhat(message, path) ? $"place or value is missing: {message}"
            : null;
    }

    private static bool HasPlaceAndWhat(string message, string path) =>
        message.StartsWith(path + ", $", StringComparison.Ordinal) && message.LastIndexOf(": ", StringComparison.Ordinal) < message.Length - 3;
}
