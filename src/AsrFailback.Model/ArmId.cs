namespace AsrFailback;

/// <summary>
/// An ARM resource id. Two ids that differ only in case are equal (wire facts, long-running operations, 1).
/// Thread-safe (immutable).
/// </summary>
public readonly struct ArmId : IEquatable<ArmId>
{
    private readonly string? _value;

    /// <summary>Wraps an id as given.</summary>
    /// <param name="value">The path, beginning with <c>/subscriptions/</c> in any case.</param>
    public ArmId(string value) => _value = value;

    /// <summary>The id as written by its creator.</summary>
    public string Value => _value ?? "";

    /// <summary>The last segment of the path.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The id of a vault; an embedded vault uses its own GUID as the subscription.</summary>
    /// <param name="subscription">Subscription id.</param>
    /// <param name="vaultName">Vault name.</param>
    /// <returns>The vault's id.</returns>
    public static ArmId Vault(Guid subscription, string vaultName) =>
        new($"/subscriptions/{subscription}/resourceGroups/local/providers/Microsoft.RecoveryServices/vaults/{vaultName}");

    /// <summary>The id of a resource below this one.</summary>
    /// <param name="type">Resource type segment, for example <c>replicationJobs</c>.</param>
    /// <param name="name">Resource name.</param>
    /// <returns>The child's id.</returns>
    public ArmId Child(string type, string name) => new($"{Value}/{type}/{name}");

    /// <inheritdoc/>
    public bool Equals(ArmId other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ArmId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <summary>Equality without regard to case.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">Another id.</param>
    /// <returns>Whether they name the same resource.</returns>
    public static bool operator ==(ArmId left, ArmId right) => left.Equals(right);

    /// <summary>Inequality without regard to case.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">Another id.</param>
    /// <returns>Whether they name different resources.</returns>
    public static bool operator !=(ArmId left, ArmId right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
