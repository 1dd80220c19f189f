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

/// <summary>A test with data that needs qemu-img; skipped in words where it is missing.</summary>
public sealed class QemuTheoryAttribute : TheoryAttribute
{
    public QemuTheoryAttribute() => Skip = new QemuFactAttribute().Skip;
}

/// <summary>A test that needs another reader of images; skipped in words where it is missing.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string program, string package)
    {
        if (Tools.Find(program) is null)
        {
            Skip = $"{program} is not on PATH (Debian: apt-get install {package})";
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

/// <summary>A test that makes links or starts a shell script; skipped in words where they need rights of their own.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "links need special rights on Windows, and it has no shell scripts";
        }
    }
}

/// <summary>The same with data.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "a shell script stands in for a program";
        }
    }
}

/// <summary>A test of holes in files; skipped in words where we can make none.</summary>
public sealed class HolesFactAttribute : FactAttribute
{
    public HolesFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "holes are made and found on Linux only";
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

    /// <summary>Runs qemu-img, which must succeed.</summary>
    public static string QemuImgRun(params string[] arguments) => RunWell(QemuImg!, arguments);

    /// <summary>Runs a program that must succeed.</summary>
    public static string RunWell(string program, params string[] arguments)
    {
        var (code, output) = Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
