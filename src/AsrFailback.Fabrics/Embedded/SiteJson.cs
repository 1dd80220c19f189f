using System.Text.Json;
using System.Text.Json.Serialization;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>Reads and writes the JSON files of a site; an error names the file, the place in it and what is wrong.</summary>
internal static class SiteJson
{
    private const int MaxBytes = 4 << 20;

    private static readonly HashSet<string> Optional = ["$schema", "vCenter", "configurationServer", "network", "diskEnableUuid", "vaultId"];

    private static readonly HashSet<Type> Items =
        [typeof(DatastoreDocument), typeof(EsxiHost), typeof(MasterTarget), typeof(ProcessServer), typeof(MachineDisk)];

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver { Modifiers = { NameSchema, RequireWhatIsNotOptional } },
    };

    /// <summary>What hand-written files may contain.</summary>
    public static readonly JsonDocumentOptions Reading = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

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
            RefuseNull(path, "$", content);
            return JsonSerializer.Deserialize<T>(content, Options)!;
        }
        catch (JsonException cause)
        {
            throw new AsrException(Invalid(path, $"{cause.Path ?? "$"} (line {cause.LineNumber + 1})", JsonFault.Describe(cause, content)).Error, cause);
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

    private static void RefuseNull(string path, string place, byte[] content)
    {
        using var document = JsonDocument.Parse(content, Reading);
        RefuseNull(path, place, document.RootElement);
    }

    private static void RefuseNull(string path, string place, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                throw Invalid(path, place, "it is null");
            case JsonValueKind.Array:
                foreach (var (item, index) in element.EnumerateArray().Select((item, index) => (item, index)))
                {
                    RefuseNull(path, $"{place}[{index}]", item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().Where(property => !Optional.Contains(property.Name)))
                {
                    RefuseNull(path, $"{place}.{property.Name}", property.Value);
                }

                break;
        }
    }

    // A record's constructor parameter that is missing would silently become null.
    private static void RequireWhatIsNotOptional(System.Text.Json.Serialization.Metadata.JsonTypeInfo type)
    {
        if (!Items.Contains(type.Type))
        {
            return;
        }

        foreach (var property in type.Properties.Where(property => property.Set is not null && !Optional.Contains(property.Name)))
        {
            property.IsRequired = true;
        }
    }

    private static void NameSchema(System.Text.Json.Serialization.Metadata.JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Name == "schema"))
        {
            property.Name = "$schema";
        }
    }
}
