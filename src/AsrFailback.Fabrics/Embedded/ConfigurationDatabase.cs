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

    /// <summary>The address of the configuration server under which each of them registered, by name; null, or without an entry, where it is not known (TO-03).</summary>
    public IReadOnlyDictionary<string, string>? Addresses { get; init; }

    /// <summary>Hash of the passphrase that servers register with; null when none was set.</summary>
    public string? PassphraseHash { get; init; }

    /// <summary>When it was saved last, UTC; null when it never was.</summary>
    public DateTimeOffset? LastBackupUtc { get; init; }

    /// <summary>The same database: whoever's address is not known has registered under this one.</summary>
    /// <param name="address">The address; null when it is not known.</param>
    public ConfigurationDatabase RegisteredAt(string? address) => address is null ? this : this with
    {
        Addresses = Machines.Concat(Servers).Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, name => AddressOf(name) ?? address),
    };

    /// <summary>The address under which a machine or a server registered; null when it is not known.</summary>
    public string? AddressOf(string name) =>
        Addresses?.FirstOrDefault(entry => string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The database without what is remembered of a machine's or a server's address: it registers anew.</summary>
    public ConfigurationDatabase Forgetting(string name) => this with
    {
        Addresses = Addresses?.Where(entry => !string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).ToDictionary(),
    };
}
