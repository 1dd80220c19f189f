namespace AsrFailback.Engine.Tests;

/// <summary>Programs for a test, in a folder that goes with it.</summary>
internal sealed class ShellScripts : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("asr-scripts-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Writes a program of a few lines of shell; returns its path.</summary>
    public string Write(string name, params string[] lines)
    {
        var path = this[name];
        File.WriteAllLines(path, ["#!/bin/sh", .. lines]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>A fact about programs of the operator; skipped with the reason where there is no shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    /// <summary>Why programs cannot be run here; null where they can.</summary>
    public static readonly string? Reason = File.Exists("/bin/sh") ? null : "There is no /bin/sh for the programs of the test.";

    public ShellFactAttribute() => Skip = Reason;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = ShellFactAttribute.Reason;
}
