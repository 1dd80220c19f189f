using AsrFailback.Core.Plans;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Scripts;
using AsrFailback.Fabrics.Hooks;
using static AsrFailback.Tests.ToldLimits;

namespace AsrFailback.Engine.Tests;

/// <summary>The limits of the engine that users read are those of the code. To see it fail: change a limit, or its line in the help.</summary>
public sealed class ToldLimitsTests
{
    public static TheoryData<string, string> Limits => new()
    {
        { "machines of a replication group", $": {FailbackEngine.MaxGroup};" },
        { "jobs that have ended", $"newest {JobStore.MostEnded} are kept" },
        { "audit log", $"newest {AuditLog.MostEntries} entries" },
        { "comment on the clean-up", $": {CleanUpTestFailover.MaxComment} characters" },
        { "age of a test failover", $"{ReplicationPolicy.MinTestFailoverLimit.TotalMinutes} minutes to {ReplicationPolicy.MaxTestFailoverLimit.TotalDays} days" },
        { "age of a test failover", $"from {ReplicationPolicy.TestFailoverWarning.TotalDays} days on" },
        { "a recovery plan", $"{RecoveryPlan.MaxItems} machines in {RecoveryPlan.MaxGroups} groups" },
        { "a recovery plan", $"{RecoveryPlan.MaxLargeItems} in {RecoveryPlan.MaxLargeGroups} with `-AllowLarge`" },
        { "a recovery plan", $"{RunRecoveryPlan.UsualThrottleLimit} machines of a group at once, {RunRecoveryPlan.MaxThrottleLimit} at most" },
        { "a program that brings", $"{(int)QuiesceScripts.MaxTimeout.TotalMinutes} minutes" },
        { "a program that brings", $"{ScriptRunner.MaxOutput} characters" },
        { "the actions of a recovery plan", $"{RecoveryPlan.MaxActions}; its file: {MiB(PlanFile.MaxBytes)}" },
        { "a script of a recovery plan", $"{RecoveryPlanAction.MaxTimeout.TotalHours} hours, {ScriptAction.MaxParameters} parameters of {ScriptParameter.MaxValue} characters" },
        { "a script of a recovery plan", $"{ScriptAction.MaxOutput} characters" },
        { "a runbook of a recovery plan", $"{new HookPatience().Repeats + 1} tries of {Seconds(new HookPatience().TryTimeout)} each, {RecoveryPlanAction.MaxTimeout.TotalHours} hours in all" },
        { "a runbook of a recovery plan", $"{HttpHook.MaxAnswer} bytes" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_told_as_it_is(string subject, string limit) => Assert.Contains(limit, Of(subject), StringComparison.Ordinal);
}
