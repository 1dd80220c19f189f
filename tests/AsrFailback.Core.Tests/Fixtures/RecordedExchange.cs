using System.Text.Json;

namespace AsrFailback.Core.Tests;

/// <summary>The transcribed public recordings, kept beside the repository or where ASRFAILBACK_SHARED says.</summary>
internal static class RecordedExchange
{
    public static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("ASRFAILBACK_SHARED") ?? Path.Combine(RepositoryFolder.Root, "..", "shared"), "fixtures", "asr");

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return document.RootElement.Clone();
    }

    public static string[] Words(JsonElement list) => [.. list.EnumerateArray().Select(word => word.GetString()!)];
}

/// <summary>A fact about a recorded exchange; skipped with the reason where the recordings are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedFactAttribute : FactAttribute
{
    public RecordedFactAttribute()
    {
        if (!Directory.Exists(RecordedExchange.Folder))
        {
            Skip = "The recorded exchanges are not beside this repository (../shared/fixtures/asr, or ASRFAILBACK_SHARED).";
        }
    }
}
