namespace AsrFailback;

/// <summary>Whether an operation may be started on an item now, and if not, every reason.</summary>
/// <param name="Operation">The operation, for example <c>Failover</c>.</param>
/// <param name="Reasons">Why not, each with its remedy; empty when it may.</param>
public sealed record OperationStatus(string Operation, IReadOnlyList<AsrError> Reasons)
{
    /// <summary>Whether it may be started. What only the sites know (a master target, a network) is checked by its preview.</summary>
    public bool Allowed => Reasons.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => Allowed ? Operation : $"{Operation}: {string.Join(" ", Reasons.Select(reason => reason.Message))}";
}
