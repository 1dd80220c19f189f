namespace AsrFailback;

/// <summary>What a command would do, and whether it may. Nothing has changed.</summary>
/// <param name="Command">The command looked at.</param>
/// <param name="Operation">Its name for people, for example <c>Failover</c>.</param>
/// <param name="Tasks">Names for people of the tasks it would run, in order.</param>
/// <param name="Checks">Every check, passed or not.</param>
/// <param name="EstimatedBytes">Payload bytes it would move at most; null when unknown beforehand.</param>
/// <param name="EstimatedTime">How long the last successful job of this kind took, on this object if there was one; null without one.</param>
public sealed record Preview(
    FailbackCommand Command, string Operation, IReadOnlyList<string> Tasks, IReadOnlyList<CheckResult> Checks, long? EstimatedBytes, TimeSpan? EstimatedTime)
{
    /// <summary>The fabric the machine or its data would leave; null when nothing changes sides.</summary>
    public string? From { get; init; }

    /// <summary>The fabric it would go to; null when nothing changes sides.</summary>
    public string? To { get; init; }

    /// <summary>The recovery point that would be used; null for the latest, or where none is.</summary>
    public RecoveryPoint? Point { get; init; }

    /// <summary>Where a machine that is gone would be made anew; null when none would be (RP-03).</summary>
    public NewMachinePlace? NewMachine { get; init; }

    /// <summary>The network interfaces that the machine would have at the target of a failover; empty for everything else, and where it is refused (FO-12).</summary>
    public IReadOnlyList<MachineNic> Nics { get; init; } = [];

    /// <summary>What disabling a protection would leave; null for everything else, and where it is refused.</summary>
    public LeftByDisabling? Leaves { get; init; }

    /// <summary>What a plan would do with each of its machines; empty for everything else. Their checks are the last of <see cref="Checks"/>.</summary>
    public IReadOnlyList<Preview> Machines { get; init; } = [];

    /// <summary>What a plan would do, one step after the other; empty for everything else.</summary>
    public IReadOnlyList<PreviewStep> Steps { get; init; } = [];

    /// <summary>The checks that are not those of a single machine.</summary>
    public IReadOnlyList<CheckResult> OwnChecks => [.. Checks.Take(Checks.Count - Machines.Sum(machine => machine.Checks.Count))];

    /// <summary>Whether no check failed.</summary>
    public bool Ready => Checks.All(check => check.Passed);
}

/// <summary>A step of a plan as it would be carried out. Thread-safe (immutable).</summary>
/// <param name="Number">Its place in the order, from 1.</param>
/// <param name="Name">Its name for people: a group, or an action with its kind.</param>
/// <param name="AtOnce">Machines that are worked on at once; 0 for an action.</param>
/// <param name="Machines">What is done with each of its machines; empty for an action.</param>
/// <param name="EstimatedTime">How long it takes when each machine takes as long as the last time; null for an action, and where there was no last time.</param>
public sealed record PreviewStep(int Number, string Name, int AtOnce, IReadOnlyList<Preview> Machines, TimeSpan? EstimatedTime)
{
    /// <summary>Checks of its machines that fail.</summary>
    public IReadOnlyList<CheckResult> Failed => [.. Machines.SelectMany(machine => machine.Checks).Where(check => !check.Passed)];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Where a machine would be made.</summary>
/// <param name="Machine">Its name.</param>
/// <param name="Host">Its host.</param>
/// <param name="Datastore">The datastore of its disks.</param>
public sealed record NewMachinePlace(string Machine, string Host, string Datastore);
