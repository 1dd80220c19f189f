using System.Text;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Puts image files on a simulated disk.</summary>
internal static class ImageBench
{
    public const string Folder = "/images";

    public static SimulatedDisk NewDisk()
    {
        var files = new SimulatedDisk();
        files.CreateFolder(Folder);
        return files;
    }

    public static string Put(this IFileSystem files, string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Folder, name);
        files.Delete(path);
        using var file = files.Open(path, FileOpening.CreateNew);
        file.Write(0, content);
        return path;
    }

    public static string Put(this IFileSystem files, string name, string text) => files.Put(name, Encoding.UTF8.GetBytes(text));

    public static byte[] Take(this IFileSystem files, string path)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        var content = new byte[file.Length];
        file.Read(0, content);
        return content;
    }

    /// <summary>The refusal of an opening; fails when it is not one of ours.</summary>
    public static string RefusalOf(Func<Replication.Disks.IBlockDevice> open)
    {
        var refused = Record.Exception(() => open().Dispose());
        return Assert.IsType<AsrException>(refused).Error.Id;
    }
}
