namespace AsrFailback;

/// <summary>What is told by HTTP where a machine runs, so that its clients are led there (FO-12). Immutable, thread-safe.</summary>
/// <param name="Address">Where it is posted: https, or http on this machine.</param>
public sealed record RoutingHook(string Address)
{
    /// <summary>Name of the environment variable that holds the bearer token; null for none. The token itself is stored nowhere.</summary>
    public string? TokenVariable { get; init; }
}
