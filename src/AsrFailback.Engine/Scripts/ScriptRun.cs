namespace AsrFailback.Engine.Scripts;

/// <summary>A program with what it is given.</summary>
/// <param name="Script">The program.</param>
/// <param name="Arguments">Its arguments, each arrives as it is.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record ScriptRun(Script Script, IReadOnlyList<string> Arguments, TimeSpan Timeout)
{
    private static readonly string[] PowerShell = ["-NoProfile", "-NonInteractive", "-File"];

    /// <summary>Variables of its environment beside those that every program gets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that is started: the program itself, or a copy of it.</summary>
    public string File { get; init; } = Script.Path;

    /// <summary>Whether it is a script of PowerShell.</summary>
    public bool IsPowerShell => IsPowerShellFile(Script.Path);

    /// <summary>What is started.</summary>
    public string Program => IsPowerShell ? "pwsh" : File;

    /// <summary>What it is started with.</summary>
    public IEnumerable<string> CommandLine => IsPowerShell ? [.. PowerShell, File, .. Arguments] : Arguments;

    /// <summary>A program with typed parameters.</summary>
    public static ScriptRun Of(Script script, IReadOnlyList<ScriptParameter> parameters, TimeSpan timeout) =>
        new(script, [.. parameters.SelectMany(parameter => IsPowerShellFile(script.Path) ? ForPowerShell(parameter) : [$"-{parameter.Name}", parameter.Value])], timeout);

    // After "-Name:" pwsh -File takes whatever comes next as the value, also what looks like another parameter; "-Name:$true" is how a
    // truth value is said.
    private static IEnumerable<string> ForPowerShell(ScriptParameter parameter) =>
        parameter.Type == ScriptParameterType.Switch ? [$"-{parameter.Name}:${parameter.Value}"] : [$"-{parameter.Name}:", parameter.Value];

    private static bool IsPowerShellFile(string path) => string.Equals(Path.GetExtension(path), ".ps1", StringComparison.OrdinalIgnoreCase);
}
