using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;
using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Operations;

/// <summary>Whether a policy can be kept (TO-09).</summary>
internal static class PolicyChecks
{
    /// <summary>Every check.</summary>
    public static IEnumerable<CheckResult> Of(ReplicationPolicy policy)
    {
        yield return Result(
            "PointInterval", policy.PointInterval >= ReplicationPolicy.MinPointInterval && policy.PointInterval <= ReplicationPolicy.MaxPointInterval,
            "PointIntervalOutOfRange", policy.PointInterval, ReplicationPolicy.MinPointInterval, ReplicationPolicy.MaxPointInterval);
        yield return Result(
            "Retention", policy.MaxPoints >= 1 && policy.MaxHistoryBytes >= 0 && policy.MaxAge > TimeSpan.Zero,
            "RetentionOutOfRange", policy.MaxPoints, policy.MaxHistoryBytes, policy.MaxAge);
        yield return Result(
            "RpoThreshold", policy.RpoThreshold > TimeSpan.Zero && policy.RpoThreshold <= ReplicationPolicy.MaxRpoThreshold,
            "RpoThresholdOutOfRange", policy.RpoThreshold, ReplicationPolicy.MaxRpoThreshold);
        yield return Result(
            "TestFailoverLimit", policy.TestFailoverLimit is not { } limit || (limit >= ReplicationPolicy.MinTestFailoverLimit && limit <= ReplicationPolicy.MaxTestFailoverLimit),
            "TestFailoverLimitOutOfRange", policy.TestFailoverLimit ?? TimeSpan.Zero, ReplicationPolicy.MinTestFailoverLimit, ReplicationPolicy.MaxTestFailoverLimit);
        if (policy.Routing is { } hook)
        {
            var fault = HookAddress.FaultOf(hook.Address) ?? HookAddress.TokenFaultOf(hook.TokenVariable);
            yield return CheckResult.Of("Routing", "FO-12", fault is null, () => ErrorCatalogue.Error("RoutingInvalid", fault!));
        }

        if (policy.AppConsistentInterval is { } interval)
        {
            yield return Result(
                "AppConsistentInterval", policy.Quiesce is not null && interval >= policy.PointInterval && interval <= ReplicationPolicy.MaxPointInterval,
                "AppConsistentIntervalOutOfRange", interval, policy.PointInterval, ReplicationPolicy.MaxPointInterval);
        }

        if (policy.Bandwidth is { } bandwidth)
        {
            yield return Result(
                "Bandwidth", bandwidth.BytesPerSecond >= BandwidthLimit.MinBytesPerSecond && bandwidth.From is null == bandwidth.Until is null && (bandwidth.From is null || bandwidth.From != bandwidth.Until),
                "BandwidthOutOfRange", bandwidth.BytesPerSecond, BandwidthLimit.MinBytesPerSecond);
        }

        if (policy.Quiesce is { } scripts)
        {
            yield return Result("QuiesceTimeout", scripts.Timeout > TimeSpan.Zero && scripts.Timeout <= QuiesceScripts.MaxTimeout, "QuiesceTimeoutOutOfRange", scripts.Timeout, QuiesceScripts.MaxTimeout);
            yield return Allowed("FreezeScript", scripts.Freeze);
            yield return Allowed("ThawScript", scripts.Thaw);
        }
    }

    /// <summary>The policy with its scripts allowed as they are now, unless they were allowed before: a program that changed is not allowed in passing.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>.</exception>
    public static ReplicationPolicy WithScriptsAllowed(ReplicationPolicy policy) => policy.Quiesce is not { } scripts ? policy : policy with
    {
        Quiesce = scripts with { FreezeSha256 = scripts.FreezeSha256 ?? Script.Allow(scripts.Freeze).Sha256, ThawSha256 = scripts.ThawSha256 ?? Script.Allow(scripts.Thaw).Sha256 },
    };

    private static CheckResult Allowed(string id, string path)
    {
        try
        {
            Script.Allow(path);
            return new CheckResult(id, "FO-10", CheckState.Passed, path, null);
        }
        catch (AsrException refused)
        {
            return new CheckResult(id, "FO-10", CheckState.Failed, path, refused.Error);
        }
    }

    private static CheckResult Result(string id, bool passed, string errorId, params object[] arguments) =>
        CheckResult.Of(id, "TO-09", passed, () => ErrorCatalogue.Error(errorId, arguments));
}
