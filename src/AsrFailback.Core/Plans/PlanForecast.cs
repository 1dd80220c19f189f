namespace AsrFailback.Core.Plans;

/// <summary>The steps of a plan with what its last runs tell of their time. Pure.</summary>
public static class PlanForecast
{
    /// <summary>The steps in order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="machines">What is done with each machine, in the order of the run's commands.</param>
    public static IReadOnlyList<PreviewStep> StepsOf(RunRecoveryPlan run, IReadOnlyList<Preview> machines)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(machines);
        var steps = new List<PreviewStep>();
        var before = 0;
        foreach (var step in PlanSchedule.Of(run).Where(step => step is not CheckStep))
        {
            Preview[] own = step is GroupStep { Group: var group } ? [.. machines.Skip(before).Take(group.Commands.Count)] : [];
            before += own.Length;
            steps.Add(new PreviewStep(steps.Count + 1, step.Task.FriendlyName, Math.Min(run.ThrottleLimit, own.Length), own, own.Length == 0 ? null : TimeOf(own, run.ThrottleLimit)));
        }

        return steps;
    }

    /// <summary>How long all groups take; null where that of one is not known. Actions are not counted.</summary>
    public static TimeSpan? TotalOf(IEnumerable<PreviewStep> steps) => Sum(steps.Where(step => step.Machines.Count > 0).Select(step => step.EstimatedTime));

    // As they begin: in order, each as soon as one of those that are under way has ended.
    private static TimeSpan? TimeOf(Preview[] machines, int atOnce)
    {
        var ends = new PriorityQueue<TimeSpan, TimeSpan>();
        var last = TimeSpan.Zero;
        foreach (var machine in machines)
        {
            if (machine.EstimatedTime is not { } time)
            {
                return null;
            }

            var end = (ends.Count < atOnce ? TimeSpan.Zero : ends.Dequeue()) + time;
            ends.Enqueue(end, end);
            last = end > last ? end : last;
        }

        return last;
    }

    private static TimeSpan? Sum(IEnumerable<TimeSpan?> times) =>
        times.Aggregate((TimeSpan?)TimeSpan.Zero, (sum, time) => sum + time) is { Ticks: > 0 } total ? total : null;
}
