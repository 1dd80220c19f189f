using System.Security.Cryptography;

namespace AsrFailback.Node.Tests;

/// <summary>Looks at, copies and changes files below a folder.</summary>
internal static class FileTree
{
    /// <summary>Every file and folder, relative.</summary>
    public static string[] Everything(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal)];

    /// <summary>One line of path and SHA-256 per file; the record and the lock of a vault's owner are left out.</summary>
    public static string[] Digests(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("owner.json" or "owner.lock"))
            .Select(path => $"{Path.GetRelativePath(root, path)} {Digest(path)}").Order(StringComparer.Ordinal)];

    /// <summary>SHA-256 of a file.</summary>
    public static string Digest(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(content));
    }

    /// <summary>Copies a folder with everything below it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    /// <summary>Turns one bit of a byte over; doing it twice restores the file.</summary>
    public static void Flip(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        Assert.InRange(offset, 0, file.Length - 1);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x40));
    }

    /// <summary>Replaces a text that must be in the file.</summary>
    public static void Edit(string path, string from, string to)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }
}
