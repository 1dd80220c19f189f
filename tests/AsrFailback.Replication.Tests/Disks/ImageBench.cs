using System.Text;
using AsrFailback.Replication.Disks;
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
    public static string RefusalOf(Func<IBlockDevice> open)
    {
        var refused = Record.Exception(() => open().Dispose());
        return Assert.IsType<AsrException>(refused).Error.Id;
    }

    /// <summary>A disk holds exactly this: read as a whole, in pieces from anywhere, and as a copy that leaves out its holes.</summary>
    public static void RequireSame(byte[] content, IBlockDevice disk, int seed)
    {
        Assert.Equal(content.Length, disk.Length);
        Assert.True(content.AsSpan().SequenceEqual(SourceBench.ReadAll(disk)), "read as a whole it differs");
        var random = new Random(seed);
        for (var count = 0; count < 300; count++)
        {
            var at = random.Next(content.Length);
            var part = new byte[random.Next(Math.Min(200_000, content.Length - at + 1))];
            disk.Read(at, part);
            Assert.True(content.AsSpan(at, part.Length).SequenceEqual(part), $"{part.Length} bytes at {at} differ");
        }

        var copy = NewDisk();
        using var raw = RawImage.Open(copy, copy.Put("copy.img", new byte[content.Length]), writable: true);
        ImageCopy.Copy(disk, raw, _ => { }, CancellationToken.None);
        Assert.True(content.AsSpan().SequenceEqual(SourceBench.ReadAll(raw)), "the copy differs");
    }
}
