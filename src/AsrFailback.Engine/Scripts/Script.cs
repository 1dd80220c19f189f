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
    public static Script Allow(string path) => new(path, Hash(path));

    /// <summary>Refuses a program that is gone or is not the one that was allowed.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>.</exception>
    public void RequireUnchanged()
    {
        if (!string.Equals(Hash(Path), Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw ErrorCatalogue.Exception("ScriptChanged", Path);
        }
    }

    private static string Hash(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!System.IO.Path.IsPathFullyQualified(path) || !file.Exists || file.LinkTarget is not null || file.Length > MaxBytes)
            {
                throw ErrorCatalogue.Exception("ScriptMissing", path);
            }

            using var content = file.OpenRead();
            return Convert.ToHexString(SHA256.HashData(content));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(unreadable, "ScriptMissing", path);
        }
    }
}
