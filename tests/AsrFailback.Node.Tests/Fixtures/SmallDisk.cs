using System.Globalization;

namespace AsrFailback.Node.Tests;

/// <summary>A file system of a given size in memory, mounted for one test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new("disk");

    public SmallDisk(int mebibytes)
    {
        try
        {
            Tool.Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m"), "tmpfs", Path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Why none can be mounted here; null when one can.</summary>
    public static string? Unavailable { get; } = Probe();

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    /// <summary>The folder as a test's own.</summary>
    public TemporaryFolder Folder => _folder;

    /// <summary>Fills what is left and returns the file that does it.</summary>
    public string Fill()
    {
        var filler = System.IO.Path.Combine(Path, "filler");
        using var file = File.Create(filler, bufferSize: 0);
        var content = new byte[64 << 10];
        try
        {
            while (true)
            {
                file.Write(content);
            }
        }
        catch (IOException)
        {
            return filler;
        }
    }

    public void Dispose()
    {
        Tool.Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static string? Probe()
    {
        const string Reason = "needs Linux and the right to mount a tmpfs";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Tool.Find("mount") is null)
        {
            return Reason;
        }

        using var folder = new TemporaryFolder("probe");
        return Tool.Succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path) && Tool.Succeeds("umount", folder.Path) ? null : Reason;
    }
}
