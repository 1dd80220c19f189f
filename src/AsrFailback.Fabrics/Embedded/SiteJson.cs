using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Json;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>Reads and writes the JSON files of a site; an error names the file, the place in it and what is wrong.</summary>
internal static class SiteJson
{
    private const int MaxBytes = 4 << 20;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    /// <summary>Properties that may be null or absent.</summary>
    public static readonly HashSet<string> Optional = ["$schema", "vCenter", "configurationServer", "network", "diskEnableUuid", "vaultId", "encryptionCertificate"];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new WordConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameSchema, ForgetIgnored, RequireWhatIsNotOptional } },
    };

    /// <summary>Reads a file, or null when it is missing.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The file.</param>
    /// <param name="upgrade">Makes the newest version of an older one; null where there is only one.</param>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>FileTooLarge</c>.</exception>
    public static T? TryRead<T>(IFileSystem files, string path, Func<string, byte[], byte[]>? upgrade = null)
        where T : class
    {
        if (AtomicFile.Read(files, path, MaxBytes) is not { } content)
        {
            return null;
        }

        content = content.AsSpan().StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content;
        var newest = content;
        try
        {
            RequireSense(path, content);
            newest = upgrade?.Invoke(path, content) ?? content;
            return JsonSerializer.Deserialize<T>(newest, Options)!;
        }
        catch (JsonException cause)
        {
            // The lines of an older version are not those of what was made of it.
            var line = ReferenceEquals(newest, content) ? $" (line {cause.LineNumber + 1})" : "";
            throw new AsrException(Invalid(path, $"{cause.Path ?? "$"}{line}", JsonFault.Describe(cause, newest)).Error, cause);
        }
    }

    /// <summary>Replaces a file; what could not be read again is not written.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>FileTooLarge</c>.</exception>
    public static void Write<T>(IFileSystem files, string path, T document)
    {
        byte[] content = [.. JsonSerializer.SerializeToUtf8Bytes(document, Options), (byte)'\n'];
        RequireSense(path, content);
        if (content.Length > MaxBytes)
        {
            throw ErrorCatalogue.Exception("FileTooLarge", path, content.Length, MaxBytes);
        }

        files.CreateFolder(Path.GetDirectoryName(path)!);
        AtomicFile.Replace(files, path, content);
    }

    /// <summary>An error about a place in a file.</summary>
    public static AsrException Invalid(string path, string place, string what) => ErrorCatalogue.Exception("SiteInvalid", path, place, what);

    private static void RequireSense(string path, byte[] content) => JsonSense.Require(content, Optional.Contains, (place, what) => Invalid(path, place, what));

    // What queries fill in has no place in a file.
    private static void ForgetIgnored(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Get is null && property.Set is null).ToArray())
        {
            type.Properties.Remove(property);
        }
    }

    // A record's constructor parameter that is missing would silently become null.
    private static void RequireWhatIsNotOptional(JsonTypeInfo type)
    {
        var parameters = type.Type.GetConstructors().Select(constructor => constructor.GetParameters()).MaxBy(found => found.Length) ?? [];
        foreach (var property in type.Properties.Where(property => property.Set is not null && !Optional.Contains(property.Name)))
        {
            property.IsRequired |= parameters.Any(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static void NameSchema(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Name == "schema"))
        {
            property.Name = "$schema";
        }
    }
}
