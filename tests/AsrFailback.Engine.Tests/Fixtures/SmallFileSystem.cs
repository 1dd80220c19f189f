using System.Diagnostics;
using System.Globalization;

namespace AsrFailback.Engine.Tests;

/// <summary>A mounted file system of a few hundred KiB.</summary>
internal sealed class SmallFileSystem : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asr-tmpfs-");

    private SmallFileSystem(int kibibytes) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k"), "tmpfs", _folder.FullName);

    public string Root => _folder.FullName;

    /// <summary>Why none can be mounted here; null when one can.</summary>
    public static string? WhyNot { get; } = Probe();

    public static SmallFileSystem Mount(int kibibytes) => new(kibibytes);

    public void Dispose()
    {
        // Lazily: a file that a failed test left open must not keep the mount.
        Run("umount", "--lazy", _folder.FullName);
        _folder.Delete();
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "A small file system is mounted on Linux only.";
        }

        try
        {
            using var small = new SmallFileSystem(64);
            return null;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "No tmpfs can be mounted here (root is needed).";
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {said}");
        }
    }
}

/// <summary>A fact on a file system that is really full; skipped with the reason where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute() => Skip = SmallFileSystem.WhyNot;
}
