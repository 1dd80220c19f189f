using System.Globalization;

namespace AsrFailback.Replication.Tests;

/// <summary>A tmpfs of a given size, mounted for one test.</summary>
internal sealed class MountedDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public MountedDisk(int mebibytes)
    {
        var (code, said) = Tools.Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m"), "tmpfs", Path);
        Assert.True(code == 0, said);
    }

    /// <summary>Why none can be mounted here; null when one can.</summary>
    public static string? WhyNot { get; } = Probe();

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    public void Dispose()
    {
        // Lazily: a file that a failed test left open must not keep the mount.
        Tools.Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "mounting a tmpfs needs root on Linux";
        }

        using var folder = new TempFolder();
        return Tools.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path).ExitCode == 0 && Tools.Run("umount", folder.Path).ExitCode == 0
            ? null
            : "no tmpfs can be mounted here";
    }
}

/// <summary>A test on a disk that is really full; skipped in words where none can be mounted.</summary>
public sealed class MountedDiskFactAttribute : FactAttribute
{
    public MountedDiskFactAttribute() => Skip = MountedDisk.WhyNot;
}
