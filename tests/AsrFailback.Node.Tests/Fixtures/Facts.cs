namespace AsrFailback.Node.Tests;

/// <summary>A test that sends signals.</summary>
internal sealed class SignalFactAttribute : FactAttribute
{
    public SignalFactAttribute() => Skip = Surroundings.NoSignals;
}

/// <summary>A theory that sends signals.</summary>
internal sealed class SignalTheoryAttribute : TheoryAttribute
{
    public SignalTheoryAttribute() => Skip = Surroundings.NoSignals;
}

/// <summary>A test that makes file links.</summary>
internal sealed class LinkFactAttribute : FactAttribute
{
    public LinkFactAttribute() => Skip = OperatingSystem.IsWindows() ? "links need a privilege on Windows" : null;
}

/// <summary>A test that needs a program on the path.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool) => Skip = Tool.Find(tool) is null ? $"{tool} is not installed" : null;
}

/// <summary>A test that mounts a small file system.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Unavailable;
}

/// <summary>What this machine can do.</summary>
internal static class Surroundings
{
    /// <summary>Why signals cannot be sent here; null when they can.</summary>
    public static string? NoSignals { get; } = OperatingSystem.IsLinux() && Tool.Succeeds("env", "--default-signal=INT", "true")
        ? null
        : "needs Linux and 'env --default-signal' of the GNU tools";
}
