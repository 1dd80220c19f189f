using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Operations;
using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine;

/// <content>Recovery plans.</content>
public sealed partial class FailbackEngine
{
    private const string PlanKind = "plan";

    private readonly object _planChange = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecoveryPlan>> GetRecoveryPlansAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<RecoveryPlan>>([.. Plans().OrderBy(plan => plan.Name, StringComparer.OrdinalIgnoreCase).Select(WithProtectionGroups)]);

    /// <inheritdoc/>
    public Task<RecoveryPlan> ReadRecoveryPlanAsync(RecoveryPlanFile file, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var machines = new Lazy<Dictionary<string, string>>(ItemsByMachineId);
        return Task.FromResult(PlanFile.Read(file.Name, file.Content.ToArray(), new PlanFileWorld
        {
            ItemOf = name => TryRuntimeOf(file.Items.GetValueOrDefault(name) ?? name)?.State.Facts.Item ?? machines.Value.GetValueOrDefault(name),
            ScriptFault = Scripts.FaultOf,
            ScriptHashes = file.ScriptHashes,
            Runbooks = file.Runbooks,
        }));
    }

    // A site that is out of reach knows its machines no more; their names still do.
    private Dictionary<string, string> ItemsByMachineId()
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var facts in _items.Values.Select(runtime => runtime.State.Facts))
        {
            foreach (var fabric in new[] { facts.HomeFabric, facts.RecoveryFabric })
            {
                if (TryMachineId(fabric, facts.Item) is { } id)
                {
                    found[$"{id}"] = facts.Item;
                }
            }
        }

        return found;
    }

    private Guid? TryMachineId(string fabric, string machine)
    {
        try
        {
            return Site(fabric).FindMachine(machine)?.Uuid;
        }
        catch (AsrException)
        {
            return null;
        }
    }

    /// <summary>A recovery plan, or null.</summary>
    internal RecoveryPlan? FindPlan(string name) => Plans().FirstOrDefault(plan => IsName(plan.Name, name));

    /// <summary>The programs that plans of this vault may run.</summary>
    internal ScriptFolder Scripts => new(_folder);

    /// <summary>Where a script of a plan finds its context while it runs.</summary>
    internal string PlanContextPath(string job, string task) => Path.Combine(_folder, "context", $"{job}.{task}.json");

    /// <summary>Where the copy of a script of a plan lies while it runs.</summary>
    internal string PlanScriptFolder(string job, string task) => Path.Combine(_folder, "context", $"{job}.{task}");

    /// <summary>Keeps a plan in place of the one of its name: what is made of that one, or of null. Changes of plans come one after the other.</summary>
    internal void ChangePlan(string name, Func<RecoveryPlan?, RecoveryPlan> change)
    {
        lock (_planChange)
        {
            var known = FindPlan(name);
            var key = known?.Name ?? name;
            _store.Put(PlanKind, key, EngineJson.Write(change(known) with { Name = key }), _store.Find(PlanKind, key)?.Version ?? 0);
        }
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

    // A run that was recorded keeps the actions it was submitted with.
    private RunRecoveryPlan WithActions(RunRecoveryPlan run) => run.GoesOn is null && FindPlan(run.Plan) is { } plan
        ? PlanActions.For(run, plan, new RunRecoveryPlanOperation(run, this).Direction)
        : run;

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
    /// <param name="evaluation">The evaluation of the plan; it knows the parts before.</param>
    /// <param name="asJob">The job that asks; null before there is one.</param>
    internal IReadOnlyList<CheckResult> ChecksOf(ItemCommand command, string plan, Evaluation evaluation, string? asJob)
    {
        if (TryRuntimeOf(command.Item) is null)
        {
            return [new CheckResult("Item", "RPL-02", CheckState.Failed, command.Item, ErrorCatalogue.Error("PlanItemMissing", plan, command.Item))];
        }

        try
        {
            var operation = OperationOf(command);
            operation.Evaluation = evaluation;
            return operation.Results(asJob);
        }
        catch (AsrException unreadable)
        {
            return [new CheckResult("Item", "FO-11", CheckState.Failed, command.Target, unreadable.Error)];
        }
    }
}
