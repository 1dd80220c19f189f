using System.Text.Json;

namespace AsrFailback.Core.Json;

/// <summary>What JSON files that people write may contain.</summary>
public static class HandWritten
{
    /// <summary>Comments and trailing commas.</summary>
    public static readonly JsonDocumentOptions Reading = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
}
