using System.Diagnostics;

namespace AsrFailback.Replication.Tests;

/// <summary>A test that needs qemu-img; skipped in words where it is missing.</summary>
public sealed class QemuFactAttribute : FactAttribute
{
    public QemuFactAttribute()
    {
        if (Tools.QemuImg is null)
        {
            Skip = "qemu-img is not on PATH (Debian: apt-get install qemu-utils)";
        }
    }
}

/// <summary>A test that mounts a small file system; skipped in words where that is not possible.</summary>
public sealed class RootOnLinuxFactAttribute : FactAttribute
{
    public RootOnLinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            Skip = "mounting a tmpfs needs root on Linux";
        }
    }
}

/// <summary>A test that makes links; skipped in words where they need rights of their own.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "links need special rights on Windows";
        }
    }
}

/// <summary>Programs that tests start.</summary>
internal static class Tools
{
    public static string? QemuImg { get; } = Find("qemu-img");

    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
