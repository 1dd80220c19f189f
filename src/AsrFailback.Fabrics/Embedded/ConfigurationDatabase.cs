namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// The database of a site's configuration server, kept by the engine in <c>state/configuration-server.json</c> (TO-02).
/// </summary>
public sealed record ConfigurationDatabase
{
    /// <summary>Names of the protected machines it knows.</summary>
    public IReadOnlyList<string> Machines { get; init; } = [];

    /// <summary>Names of the servers that registered with it.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Hash of the passphrase that servers register with; null when none was set.</summary>
    public string? PassphraseHash { get; init; }

    /// <summary>When it was saved last, UTC; null when it never was.</summary>
    public DateTimeOffset? LastBackupUtc { get; init; }
}
