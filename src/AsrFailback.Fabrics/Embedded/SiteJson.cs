using System.Text.Json;
using System.Text.Json.Serialization;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>Reads and writes the JSON files of a site; an error names the file, the place in it and what is wrong.</summary>
internal static class SiteJson
{
    private const int MaxBytes = 4 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver { Modifiers = { NameSchema } },
    };

    /// <summary>Reads a file, or null when it is missing.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public static T? TryRead<T>(IFileSystem files, string path)
        where T : class
    {
        var content = AtomicFile.Read(files, path, MaxBytes);
        if (content is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(content, Options) ?? throw Invalid(path, "$", "it is null");
        }
        catch (JsonException cause)
        {
            throw new AsrException(Invalid(path, $"{cause.Path ?? "$"} (line {cause.LineNumber + 1})", cause.Message).Error, cause);
        }
    }

    /// <summary>Replaces a file.</summary>
    public static void Write<T>(IFileSystem files, string path, T document)
    {
        files.CreateFolder(Path.GetDirectoryName(path)!);
        AtomicFile.Replace(files, path, [.. JsonSerializer.SerializeToUtf8Bytes(document, Options), (byte)'\n']);
    }

    /// <summary>An error about a place in a file.</summary>
    public static AsrException Invalid(string path, string place, string what) => ErrorCatalogue.Exception("SiteInvalid", path, place, what);

    private static void NameSchema(System.Text.Json.Serialization.Metadata.JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Name == "schema"))
        {
            property.Name = "$schema";
        }
    }
}
