namespace AsrFailback;

/// <summary>A recovery plan as a file, and what it leaves open. Thread-safe (immutable).</summary>
/// <param name="Name">The file's name, for errors.</param>
/// <param name="Content">Its content: our form, or the service's own.</param>
public sealed record RecoveryPlanFile(string Name, ReadOnlyMemory<byte> Content)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>Items by the names or ids that the file has for them.</summary>
    public IReadOnlyDictionary<string, string> Items { get; init; } = None;

    /// <summary>SHA-256 of scripts by their file names, for a file of the service, which holds none.</summary>
    public IReadOnlyDictionary<string, string> ScriptHashes { get; init; } = None;

    /// <summary>Addresses of runbooks by their names, for a file of the service, which holds their ids.</summary>
    public IReadOnlyDictionary<string, string> Runbooks { get; init; } = None;
}
