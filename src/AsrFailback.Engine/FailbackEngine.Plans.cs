using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Engine;

/// <content>Recovery plans.</content>
public sealed partial class FailbackEngine
{
    private const string PlanKind = "plan";

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecoveryPlan>> GetRecoveryPlansAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<RecoveryPlan>>([.. Plans().OrderBy(plan => plan.Name, StringComparer.OrdinalIgnoreCase).Select(WithProtectionGroups)]);

    /// <summary>A recovery plan, or null.</summary>
    internal RecoveryPlan? FindPlan(string name) => Plans().FirstOrDefault(plan => IsName(plan.Name, name));

    /// <summary>Keeps a plan in place of the one of its name.</summary>
    internal void SavePlan(RecoveryPlan plan)
    {
        var key = FindPlan(plan.Name)?.Name ?? plan.Name;
        _store.Put(PlanKind, key, EngineJson.Write(new RecoveryPlan(key, plan.Groups)), _store.Find(PlanKind, key)?.Version ?? 0);
    }

    /// <summary>Forgets a plan.</summary>
    internal void RemovePlan(string name)
    {
        if (FindPlan(name) is { } plan)
        {
            _store.Delete(PlanKind, plan.Name);
        }
    }

    // A machine that is not protected any more has no group.
    private RecoveryPlan WithProtectionGroups(RecoveryPlan plan) =>
        plan with { ProtectionGroups = ProtectionGroups.OfAll(plan.Items.Select(item => TryRuntimeOf(item)?.State.Facts).OfType<ProtectionFacts>()) };

    private IEnumerable<RecoveryPlan> Plans() => _store.List(PlanKind).Select(document => EngineJson.Read<RecoveryPlan>(document.Json));

    /// <summary>What a command that is a part of another one would do.</summary>
    internal Preview PartOf(FailbackCommand command, IReadOnlyList<CheckResult> checks)
    {
        var operation = OperationOf(command);
        var preview = PreviewOf(command, operation, checks);
        return TryRuntimeOf(command.Target) is null ? preview : operation.Describe(preview);
    }

    /// <summary>Every check of a command that is a part of a plan.</summary>
    /// <param name="command">The command.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="earlier">The parts before it.</param>
    /// <param name="asJob">The job that asks; null before there is one.</param>
    internal IReadOnlyList<CheckResult> ChecksOf(ItemCommand command, string plan, IReadOnlyList<FailbackCommand> earlier, string? asJob)
    {
        if (TryRuntimeOf(command.Item) is null)
        {
            return [new CheckResult("Item", "RPL-02", CheckState.Failed, command.Item, ErrorCatalogue.Error("PlanItemMissing", plan, command.Item))];
        }

        try
        {
            var operation = OperationOf(command);
            operation.Earlier = earlier;
            return operation.Results(asJob);
        }
        catch (AsrException unreadable)
        {
            return [new CheckResult("Item", "FO-11", CheckState.Failed, command.Target, unreadable.Error)];
        }
    }
}
