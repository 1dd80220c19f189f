namespace AsrFailback.Fabrics.Hooks;

/// <summary>Something a server is told.</summary>
/// <param name="Address">Where it is posted; see <see cref="Core.Plans.HookAddress"/>.</param>
/// <param name="Json">What is posted: JSON in UTF-8.</param>
/// <param name="Key">The same for every repeat of the same thing, so that the server can tell one; sent as <c>Idempotency-Key</c>.</param>
/// <param name="Timeout">How long all tries may take together.</param>
public sealed record HookCall(string Address, byte[] Json, string Key, TimeSpan Timeout)
{
    /// <summary>Name of the environment variable that holds the bearer token; null for none.</summary>
    public string? TokenVariable { get; init; }
}

/// <summary>How patient a hook is.</summary>
public sealed record HookPatience
{
    /// <summary>Repeats after the first try.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>How long one try may take.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the first repeat; each one after it is about twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Tries within a minute after which a host that failed them all is not asked for a while.</summary>
    public int BreaksAfter { get; init; } = 8;

    /// <summary>How long it is not asked then.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(30);
}
