using System.Security.Cryptography;
using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Scripts;

/// <summary>A program of the operator, and what it was when it was allowed.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Sha256">SHA-256 of its content in hexadecimal.</param>
internal sealed record Script(string Path, string Sha256)
{
    private const long MaxBytes = 64 << 20;

    /// <summary>Allows a program as it is now.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>.</exception>
    public static Script Allow(string path) => new(path, Read(path, HashOf));

    /// <summary>Refuses a program that is gone or is not the one that was allowed.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>.</exception>
    public void RequireUnchanged() => RequireHash(Read(Path, HashOf));

    /// <summary>The content that was allowed: what is returned is what was compared.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>.</exception>
    public byte[] ReadUnchanged()
    {
        var content = Read(Path, file =>
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        });
        RequireHash(Convert.ToHexString(SHA256.HashData(content)));
        return content;
    }

    private void RequireHash(string hash)
    {
        if (!string.Equals(hash, Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw ErrorCatalogue.Exception("ScriptChanged", Path);
        }
    }

    private static string HashOf(FileStream content) => Convert.ToHexString(SHA256.HashData(content));

    private static T Read<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            var file = new FileInfo(path);
            if (!System.IO.Path.IsPathFullyQualified(path) || !file.Exists || file.LinkTarget is not null || file.Length > MaxBytes)
            {
                throw ErrorCatalogue.Exception("ScriptMissing", path);
            }

            using var content = file.OpenRead();
            return read(content);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(unreadable, "ScriptMissing", path);
        }
    }
}
