using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Runs a program of the vault's <c>scripts</c> folder, only as it was when it was allowed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Script">Name of the file in that folder.</param>
/// <param name="Sha256">SHA-256 of the content that is allowed, in hexadecimal; null allows it as it is when the action is added.</param>
public sealed record ScriptAction(string Name, string Script, string? Sha256 = null) : RecoveryPlanAction(Name)
{
    /// <summary>Parameters of a script at most.</summary>
    public const int MaxParameters = 32;

    /// <summary>Characters of a script's output that are kept, the last ones.</summary>
    public const int MaxOutput = 16 * 1024;

    /// <summary>How long a script may take if nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<ScriptParameter> _parameters = [];

    /// <summary>What it is given, in order.</summary>
    public IReadOnlyList<ScriptParameter> Parameters
    {
        get => _parameters;
        init => _parameters = Indexable.Of(value);
    }

    /// <summary>How long it may take; then it is ended with its children.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "Script";
}

/// <summary>What the value of a script's parameter is.</summary>
public enum ScriptParameterType
{
    /// <summary>Any text; it arrives as it is.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>True or false.</summary>
    Switch,
}

/// <summary>A parameter of a script. Thread-safe (immutable).</summary>
/// <param name="Name">Its name: a letter, then letters and digits.</param>
/// <param name="Type">What its value is.</param>
/// <param name="Value">Its value as invariant text; <c>true</c> or <c>false</c> for a switch.</param>
public sealed record ScriptParameter(string Name, ScriptParameterType Type, string Value)
{
    /// <summary>Characters of a name at most.</summary>
    public const int MaxName = 64;

    /// <summary>Characters of a value at most.</summary>
    public const int MaxValue = 1024;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Value}";
}
