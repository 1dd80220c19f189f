namespace AsrFailback;

/// <summary>A site the vault knows. Immutable snapshot.</summary>
public sealed record Fabric
{
    private readonly IReadOnlyList<AsrError> _healthErrors = [];

    /// <summary>ARM id.</summary>
    public required ArmId Id { get; init; }

    /// <summary>Its name in the vault.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind; null while it cannot be read.</summary>
    public FabricKind? Type { get; init; }

    /// <summary>The folder of an embedded site, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the site answers.</summary>
    public bool Reachable { get; init; }

    /// <summary>Whether its link takes replication.</summary>
    public bool Connected { get; init; }

    /// <summary>Number of machines.</summary>
    public int Machines { get; init; }

    /// <summary>What is wrong with it, each with its remedy; empty when all is well.</summary>
    public IReadOnlyList<AsrError> HealthErrors
    {
        get => _healthErrors;
        init => _healthErrors = Indexable.Of(value);
    }
}
