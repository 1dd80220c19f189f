namespace AsrFailback;

/// <summary>One error as the user sees it; every one comes from the catalogue. Thread-safe (immutable).</summary>
/// <param name="Id">Stable symbolic id, also the PowerShell ErrorId.</param>
/// <param name="Code">The service's numeric code where it has one (95226, 78052, …), else the symbolic id.</param>
/// <param name="Message">What happened, to which object.</param>
/// <param name="PossibleCauses">Why this happens.</param>
/// <param name="RecommendedAction">What to do next.</param>
public sealed record AsrError(string Id, string Code, string Message, string PossibleCauses, string RecommendedAction)
{
    private readonly IReadOnlyList<AsrError> _reasons = [];

    /// <summary>The reasons behind a refusal, each complete in itself (invariant 7).</summary>
    public IReadOnlyList<AsrError> Reasons
    {
        get => _reasons;
        init => _reasons = Indexable.Of(value);
    }

    /// <summary>Its kind, in PowerShell's words, for example <c>ObjectNotFound</c>.</summary>
    public string Category { get; init; } = "NotSpecified";

    /// <summary>Whether the cause is outside and may go away: the job may be continued once the remedy was applied.</summary>
    public bool Temporary { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Message} ({Code})";
}
