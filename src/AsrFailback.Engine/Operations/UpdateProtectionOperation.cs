using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>Changes the own policy of an item; it counts from the next point on, as far as it is in force (TO-09).</summary>
internal sealed class UpdateProtectionOperation(UpdateProtection command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Update, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Update];

    public override IReadOnlyList<CheckResult> Check(string? asJob) =>
    [
        .. base.Check(asJob),
        .. PolicyChecks.Of(command.Policy),
        .. NicChecks.Of(FactsAsked(), command.Nics, Engine.NetworkMappings, command.Nics is null ? null : Engine.Site(Facts.RecoveryFabric).Snapshot(command.Item)),
        CheckResult.Of("ApplicationsRun", "FO-10", command.Policy.Quiesce is not null || !Runtime.Quiescence.IsLeftFrozen, () => Runtime.Quiescence.LeftFrozen!),
    ];

    private async Task Update(TaskContext context)
    {
        await CheckPrerequisites(context).ConfigureAwait(false);
        await Runtime.Quiescence.ChangePolicyAsync(PolicyChecks.WithScriptsAllowed(command.Policy), context.Cancellation).ConfigureAwait(false);
        Runtime.KeepPolicy();
        if (command.Nics is not null)
        {
            Runtime.State.Change(facts => facts with { NicTargets = NicTargets.Changed(facts.NicTargets, command.Nics) });
        }
    }

    // With the interfaces that the machine has at home now, where that can be seen.
    private ProtectionFacts FactsAsked()
    {
        var home = command.Nics is null ? null : Engine.TryFindMachine(Facts, Side.Home);
        return (home is null ? Facts : Facts.WithHomeNics(home.Nics)) with { NicTargets = NicTargets.Changed(Facts.NicTargets, command.Nics) };
    }
}
