using System.Text.Json;

namespace AsrFailback.Core.Plans;

/// <summary>What the script and the runbook of a plan are told, in exactly the service's shape. Thread-safe (immutable).</summary>
/// <param name="RecoveryPlanName">The plan.</param>
/// <param name="FailoverType">Test, Planned or Unplanned; the service's word for what else a plan does.</param>
/// <param name="FailoverDirection">PrimaryToSecondary or SecondaryToPrimary.</param>
/// <param name="GroupId">Number of the group from 1, or Shutdown, Failover.</param>
/// <param name="VmMap">The machines of the group by a GUID of their own; all machines for Shutdown and Failover.</param>
public sealed record RecoveryPlanContext(string RecoveryPlanName, string FailoverType, string FailoverDirection, string GroupId, IReadOnlyDictionary<Guid, ContextMachine> VmMap)
{
    /// <summary>The context of an action.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The action.</param>
    /// <param name="machineOf">Looks a machine up.</param>
    public static RecoveryPlanContext Of(RunRecoveryPlan run, ActionStep step, Func<ItemCommand, (Guid Id, ContextMachine Machine)> machineOf)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(step);
        return new(
            run.Plan,
            PlanActions.TypeOf(run) switch
            {
                PlanFailoverType.TestFailover => "Test",
                PlanFailoverType.PlannedFailover => "Planned",
                PlanFailoverType.UnplannedFailover => "Unplanned",
                var other => $"{other}",
            },
            PlanActions.DirectionOf(run.Direction) == PlanFailoverDirection.PrimaryToRecovery ? "PrimaryToSecondary" : "SecondaryToPrimary",
            step.GroupId,
            step.Machines.Select(machineOf).ToDictionary(found => found.Id, found => found.Machine));
    }

    /// <summary>The context as it is handed over: one JSON object in UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);
}

/// <summary>A machine of a context. Thread-safe (immutable).</summary>
/// <param name="SubscriptionId">Its subscription; an embedded vault's own GUID.</param>
/// <param name="ResourceGroupName">Its resource group.</param>
/// <param name="CloudServiceName">The fabric it goes to.</param>
/// <param name="RoleName">Its name.</param>
/// <param name="RecoveryPointId">The recovery point; empty for the latest.</param>
public sealed record ContextMachine(string SubscriptionId, string ResourceGroupName, string CloudServiceName, string RoleName, string RecoveryPointId);
