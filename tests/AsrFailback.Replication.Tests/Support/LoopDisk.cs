namespace AsrFailback.Replication.Tests;

/// <summary>A file system of its own on a loop device.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public LoopDisk(string kind, int mebibytes)
    {
        Directory.CreateDirectory(Path);
        MakeImage(_folder["image"], kind, mebibytes);
        Mount(_folder["image"], Path);
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder["mounted"];

    /// <summary>Why none can be made here; null when one can.</summary>
    public static string? WhyNot => MountedDisk.WhyNot ?? (File.Exists("/dev/loop-control") ? null : "there are no loop devices here");

    /// <summary>Makes an image with an empty file system.</summary>
    public static void MakeImage(string path, string kind, int mebibytes)
    {
        using (var image = File.Create(path))
        {
            image.SetLength((long)mebibytes << 20);
        }

        Tools.RunWell($"mkfs.{kind}", "-q", path);
    }

    public static void Mount(string image, string folder) => Tools.RunWell("mount", "-o", "loop", image, folder);

    public void Dispose()
    {
        Tools.Run("umount", "--lazy", Path);
        _folder.Dispose();
    }
}

/// <summary>A test of the long form on a loop device.</summary>
public sealed class LoopFactAttribute : LongFactAttribute
{
    public LoopFactAttribute() => Skip ??= LoopDisk.WhyNot;
}
