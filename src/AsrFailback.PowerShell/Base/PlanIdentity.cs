namespace AsrFailback.Commands;

/// <summary>
/// What the job of a recovery plan stands for where a machine may stand, too: the end of the plan's ARM id, which is no machine's
/// name. A plan may be called like one of its machines.
/// </summary>
internal static class PlanIdentity
{
    private const string Collection = "replicationRecoveryPlans/";

    /// <summary>The identity of a plan.</summary>
    public static string Of(string plan) => Collection + plan;

    /// <summary>The plan that an identity names; null when it names a machine.</summary>
    public static string? PlanIn(string identity) =>
        identity.StartsWith(Collection, StringComparison.OrdinalIgnoreCase) ? identity[Collection.Length..] : null;
}
