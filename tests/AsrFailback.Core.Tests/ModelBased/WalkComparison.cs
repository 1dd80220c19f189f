using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>Goes walks with the reference and the product side by side, and remembers what was looked at. Not thread-safe.</summary>
internal sealed class WalkComparison
{
    private readonly HashSet<(Way, Stage, ProtectionOperation, Guards)> _cells = [];
    private readonly HashSet<(Way, Stage, ProtectionOperation)> _taken = [];
    private readonly HashSet<string> _reasons = [];

    public int Walks { get; private set; }

    public int Commands { get; private set; }

    public int CarriedOut { get; private set; }

    /// <summary>How often a machine that had come home was protected again, by its way.</summary>
    public Dictionary<Way, int> Rounds { get; } = Enum.GetValues<Way>().ToDictionary(way => way, _ => 0);

    /// <summary>Every way × stage × operation × combination of guards that both were asked about.</summary>
    public IReadOnlySet<(Way Way, Stage Stage, ProtectionOperation Operation, Guards Guards)> Cells => _cells;

    /// <summary>Every way × stage × operation that was carried out.</summary>
    public IReadOnlySet<(Way Way, Stage Stage, ProtectionOperation Operation)> Taken => _taken;

    /// <summary>Every reason that was the only one against a command.</summary>
    public IReadOnlySet<string> Reasons => _reasons;

    /// <summary>The first thing in which the two differ; null when nothing does.</summary>
    public string? Difference(Walk walk)
    {
        Walks++;
        var (item, outside, product) = (walk.Start, walk.Outside, CoreItem.Of(walk.Start, walk.Outside));
        var difference = Look(item, outside, product) ?? LookEverywhere(item, outside, product);
        for (var index = 0; index < walk.Steps.Count && difference is null; index++)
        {
            var step = walk.Steps[index];
            if (step.Operation() is { } operation)
            {
                Commands++;
                difference = Judge(item, outside, product, step, out var refused);
                if (difference is null && !refused)
                {
                    CarriedOut++;
                    var planned = step == Step.PlannedFailover;
                    var next = item.After(operation, outside.Way, planned);
                    Rounds[outside.Way] += walk.Start == ReferenceItem.Fresh && item is { Homeward: true, Away: false } && next is { Homeward: false, Stage: Stage.Replicating } ? 1 : 0;
                    _taken.Add((outside.Way, item.Stage, operation));
                    outside = outside.After(operation == ProtectionOperation.Commit && next.Stage == Stage.Replicating ? ProtectionOperation.Reprotect : operation);
                    (item, product) = (next, product.After(operation, planned));
                }
            }
            else
            {
                (item, outside, product) = (item.After(step, outside.Way), outside.After(step), product.After(step));
            }

            difference = (difference ?? Look(item, outside, product)) is { } found ? $"step {index + 1}, {step}: {found}" : null;
        }

        return difference ?? LookEverywhere(item, outside, product)
            ?? (walk.Start.IsReachable(outside.Way) && !item.IsReachable(outside.Way) ? $"the reference came to what it says cannot be: {item}" : null);
    }

    private static string? Look(ReferenceItem item, Outside outside, CoreItem product) =>
        Compare("phase", $"{CoreItem.PhaseOf(item.Stage)}", $"{product.Facts.Phase}")
        ?? (item.IsReachable(outside.Way) ? Compare("words", ReferenceWords.Of(item, outside), product.Words(outside)) : null)
        ?? Compare("health", outside.Busy ? "" : Health(item), product.Health(outside) ?? "");

    private static string Health(ReferenceItem item) =>
        item.Halfway ? (item.Stage == Stage.Tentative ? "ChangeUnfinished" : "FailoverUnfinished") : item.Torn ? "HomeInconsistent" : ""; // FB-06

    // Every command in this state, and what the item shows of every operation.
    private string? LookEverywhere(ReferenceItem item, Outside outside, CoreItem product)
    {
        var shown = product.Shown(outside);
        foreach (var command in Steps.Commands)
        {
            var operation = command.Operation()!.Value;
            if (Judge(item, outside, product, command, out _) is { } difference)
            {
                return $"{command}: {difference}";
            }

            // By the facts alone a replica counts as whole.
            if (command is Step.PlannedFailover or Step.FailoverFromHome or Step.FailoverToHome)
            {
                continue;
            }

            var expected = string.Join(' ', ReferenceRules.Shown(item, outside, command));
            difference = Compare($"{command} by the facts", expected, string.Join(' ', product.RefusalsByFacts(outside, operation)))
                ?? (operation == ProtectionOperation.Enable ? null : Compare($"{command} as shown", expected, shown[$"{operation}"]));
            if (difference is not null)
            {
                return difference;
            }
        }

        return null;
    }

    private string? Judge(ReferenceItem item, Outside outside, CoreItem product, Step command, out bool refused)
    {
        var reasons = ReferenceRules.Refusals(item, outside, command);
        refused = reasons.Count > 0;
        if (reasons.Count == 1)
        {
            _reasons.Add(reasons[0]);
        }

        _cells.Add((outside.Way, item.Stage, command.Operation()!.Value, Holding(item, outside)));
        return Compare("refusal", string.Join(' ', reasons), string.Join(' ', product.Refusals(outside, command)));
    }

    /// <summary>The guards that hold.</summary>
    private static Guards Holding(ReferenceItem item, Outside outside) =>
        (outside.HasPoint ? Guards.HasPoint : 0)
        | (item.Rehearsed ? Guards.TestFailover : Guards.NoTestFailover)
        | (outside.Link == ReplicationMode.InOrder ? Guards.InOrder : 0)
        | (item.Migrated ? 0 : Guards.NotMigrated)
        | (item.Away ? Guards.AwayFromHome : 0)
        | (item.Unkept ? 0 : Guards.PointsKept)
        | (outside.Way == Way.Fetched && item.Away ? 0 : Guards.TurnsAround)
        | (item.Homeward && outside.ReplicaLost ? Guards.ReplicaLost : 0);

    private static string? Compare(string what, string expected, string found) =>
        expected == found ? null : $"{what} is \"{found}\", by the reference \"{expected}\"";
}
