namespace AsrFailback.Engine.Operations;

/// <summary>A machine of a run of a plan: what is done with it, and what its checks say.</summary>
/// <param name="Command">What is done with it.</param>
/// <param name="Checks">Every check, passed or not.</param>
internal sealed record PlanMember(ItemCommand Command, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>Whether it may begin.</summary>
    public bool IsReady => Checks.All(check => check.Passed);

    /// <summary>The same machine, which does not keep the others: what speaks against it is only told.</summary>
    public PlanMember Warned() => this with { Checks = [.. Checks.Select(check => check.Passed ? check : check with { State = CheckState.Warning })] };

    /// <summary>The same machine, with which nothing is to be done any more.</summary>
    /// <param name="why">Says so.</param>
    public PlanMember There(AsrError why) => this with
    {
        Checks = [.. Checks.Where(check => check.Passed), new CheckResult("Goal", "RPL-02", CheckState.Warning, Command.Item, why)],
    };
}
