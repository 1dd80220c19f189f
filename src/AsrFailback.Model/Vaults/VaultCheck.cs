namespace AsrFailback;

/// <summary>What a check of a vault looked at and what is wrong. Nothing was changed.</summary>
/// <param name="Examined">The things examined, in words; also what could not be, and why.</param>
/// <param name="Findings">What is wrong, naming each place; empty when all is well.</param>
public sealed record VaultCheck(IReadOnlyList<string> Examined, IReadOnlyList<string> Findings)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Passed => Findings.Count == 0;
}
