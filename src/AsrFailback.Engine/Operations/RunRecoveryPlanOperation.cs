using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Plans;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Carries out one operation on the machines of a plan, by its schedule: a group is a task, each of its machines an ordinary job
/// (<see cref="PlanMemberRun"/>), and so is each action (<see cref="PlanActionRun"/>). A failure stops the plan, which can be started again; of an unplanned failover away from a site it is
/// recorded and the plan goes on (RPL-02). A machine that is where the plan takes it counts as done.
/// </summary>
internal sealed class RunRecoveryPlanOperation(RunRecoveryPlan command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [.. PlanSchedule.Of(command).Select(FunctionOf)];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var busyWith = OtherRuns(asJob).FirstOrDefault(record => string.Equals(record.Job.TargetObjectName, command.Plan, StringComparison.OrdinalIgnoreCase))?.Job;
        var placements = Engine.PlacementsOf(command).ToArray();
        return
        [
            CheckResult.Of("Plan", "RPL-03", Engine.FindPlan(command.Plan) is not null, () => ErrorCatalogue.Error("PlanNotFound", command.Plan)),
            CheckResult.Of("NotBusy", "FO-11", busyWith is null, () => BusyError.Of(command.Plan, busyWith!)),
            CheckResult.Of("ThrottleLimit", "RPL-01", command.ThrottleLimit is >= 1 and <= RunRecoveryPlan.MaxThrottleLimit, () =>
                ErrorCatalogue.Error("ThrottleLimitOutOfRange", command.ThrottleLimit, RunRecoveryPlan.MaxThrottleLimit, RunRecoveryPlan.UsualThrottleLimit)),
            .. CheckGroups(),
            .. CheckSlots(placements),
            .. CheckActions(),
            .. Members(placements, asJob).SelectMany(member => member.Checks),
        ];
    }

    public override Preview Describe(Preview preview)
    {
        Preview[] machines = [.. Members([.. Engine.PlacementsOf(command)], asJob: null).Select(member => Engine.PartOf(member.Command, member.Checks))];
        var steps = PlanForecast.StepsOf(command, machines);
        return preview with { Machines = machines, Steps = steps, EstimatedTime = PlanForecast.TotalOf(steps) };
    }

    // A master target that is chosen now is the same for the last machine of the run as for the first, and so is where it leads.
    public override FailbackCommand Decide()
    {
        var placements = Engine.PlacementsOf(command).ToArray();
        return command with
        {
            Groups = [.. command.Groups.Select(group => group with { Commands = [.. group.Commands.Select(each => Directed(Placed(each, placements)))] })],
            GoesOn = GoesOn,
            Direction = Direction,
        };
    }

    private Func<TaskContext, Task> FunctionOf(PlanStep step) => step switch
    {
        GroupStep group => context => RunGroup(group, context),
        ActionStep action => context => new PlanActionRun(command, Engine).RunAsync(action, context),
        _ => CheckPrerequisites,
    };

    // What keeps an action from being carried out keeps no machine at a site that may be burning.
    private IEnumerable<CheckResult> CheckActions() => PlanSchedule.Of(command).OfType<ActionStep>()
        .SelectMany(step => PlanActionChecks.OfRun(step.Action, Engine.Scripts))
        .Select(check => check.Passed || !GoesOn ? check : check with { State = CheckState.Warning });

    private PlanMember[] Members(PlanPlacement[] placements, string? asJob)
    {
        var commands = command.Commands.Select(each => OfPlan(Placed(each, placements))).ToArray();
        var evaluation = new Evaluation(amongKnown: false) { Together = commands };
        var members = commands.Select(each => Judged(each, evaluation, asJob)).ToArray();
        var kept = OtherRuns(asJob).SelectMany(record => record.Holds).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var there = members.Where(member => !member.IsReady && !kept.Contains(member.Command.Item) && IsThere(member.Command, asJob)).ToHashSet();
        if (!members.Any(member => member.IsReady) && (asJob is null || there.Count == 0))
        {
            return members; // there is nothing to do for it
        }

        var goesOn = GoesOn;
        return [.. members.Select(member =>
            there.Contains(member) ? member.There(ErrorCatalogue.Error("PlanItemThere", command.Plan, member.Command.Item))
            : goesOn && !kept.Contains(member.Command.Item) ? member.Warned() : member)];
    }

    private PlanMember Judged(ItemCommand each, Evaluation evaluation, string? asJob)
    {
        var member = new PlanMember(each, Engine.ChecksOf(each, command.Plan, evaluation, asJob));
        if (each is StartFailover failover)
        {
            evaluation.Earlier.Add(failover);
        }

        return member;
    }

    // A test machine that was there before the plan may be of another day.
    private bool IsThere(ItemCommand each, string? asJob) =>
        (asJob is not null || each is not StartTestFailover)
        && Engine.TryRuntimeOf(each.Item)?.State.Facts is { } facts && PlanGoal.IsReached(each, Direction, facts);

    // Two plans that share a machine would each find it gone in the middle, whatever their order: the second one does not begin.
    private IEnumerable<JobRecord> OtherRuns(string? asJob) => Engine.Jobs.Unfinished().Where(record => record.Job.Name != asJob && record.Command is RunRecoveryPlan);

    private static ItemCommand Placed(ItemCommand each, PlanPlacement[] placements) => each is Reprotect { MasterTarget: null } reprotect
        ? reprotect with { MasterTarget = placements.Select(placement => placement.ServerOf(each.Item)).FirstOrDefault(name => name is not null) }
        : each;

    // A machine that somebody takes further while the run is stopped is not taken back by it.
    private ItemCommand Directed(ItemCommand each) => each is StartFailover { Direction: null } failover ? failover with { Direction = DirectionOf(each) } : each;

    private static IEnumerable<CheckResult> CheckSlots(PlanPlacement[] placements) => placements
        .SelectMany(placement => placement.Overfull()).DefaultIfEmpty(null)
        .Select(reason => CheckResult.Of("PlanSlots", "MT-08", reason is null, () => reason!));

    // Whatever moves machines away from a site that may be burning: one that cannot go does not keep the others there.
    private bool GoesOn => command.GoesOn
        ?? (command.Commands.All(each => each is StartFailover { Type: FailoverType.Unplanned }) && Directions().Contains(FailoverDirection.FromHome));

    /// <summary>Where its machines go; null where they differ, or go nowhere.</summary>
    public FailoverDirection? Direction => command.GoesOn is not null ? command.Direction : Directions() is [var only] ? only : null;

    private FailoverDirection[] Directions() =>
        [.. command.Commands.Select(DirectionOf).OfType<FailoverDirection>().Distinct()];

    private FailoverDirection? DirectionOf(ItemCommand each) => Engine.TryRuntimeOf(each.Item)?.State.Facts is { } facts ? PlanGoal.DirectionOf(each, facts) : null;

    // Nobody completes the failovers of a hundred machines one by one.
    private ItemCommand OfPlan(ItemCommand each) => each switch
    {
        Reprotect reprotect => reprotect with { Plan = command.Plan },
        StartFailover { Type: FailoverType.Planned } failover => failover with { CompletesItself = true },
        _ => each,
    };

    // The machines of a replication group go home together, through one master target (RP-06).
    private IEnumerable<CheckResult> CheckGroups()
    {
        var reprotects = command.Commands.OfType<Reprotect>()
            .Select(each => (Command: each, Engine.TryRuntimeOf(each.Item)?.State.Facts)).Where(one => one.Facts?.ReplicationGroup is not null).ToArray();
        foreach (var group in reprotects.GroupBy(one => one.Facts!.ReplicationGroup!, StringComparer.OrdinalIgnoreCase))
        {
            var missing = Engine.GroupOf(group.First().Facts!).Select(member => member.Item).Except(group.Select(one => one.Facts!.Item), StringComparer.OrdinalIgnoreCase).ToArray();
            yield return CheckResult.Of("WholeGroup", "RP-06", missing.Length == 0, () =>
                ErrorCatalogue.Error("PlanLacksMachines", command.Plan, group.Key, string.Join(", ", missing)));
            var targets = group.Select(one => $"{FailbackEngine.HomeFor(one.Facts!, one.Command)}: {one.Command.MasterTarget ?? "-"}").Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            yield return CheckResult.Of("OneMasterTarget", "RP-06", targets.Length == 1, () =>
                ErrorCatalogue.Error("PlanMasterTargets", group.Key, string.Join(", ", targets)));
        }
    }

    private async Task RunGroup(GroupStep step, TaskContext context)
    {
        var group = step.Group;
        var member = new PlanMemberRun(context.JobName, each => IsThere(each, context.JobName), Engine);
        using var room = new SemaphoreSlim(command.ThrottleLimit);
        Engine.LookAnew(group.Commands.Select(each => each.Item));
        var count = new GroupCount(context, new GroupProgress(step.Number, command.Groups.Count, Done: 0, group.Commands.Count));
        var outcomes = await Task.WhenAll(group.Commands.Select(each => RunAsync(member, OfPlan(each), room, count, context.Cancellation))).ConfigureAwait(false);
        context.Cancellation.ThrowIfCancellationRequested();
        foreach (var there in outcomes.Where(outcome => outcome.WasThere))
        {
            context.Warn(ErrorCatalogue.Error("PlanItemThere", command.Plan, there.Command.Item));
        }

        Tell([.. outcomes.Where(outcome => outcome.Error is not null)], group, context);
    }

    private void Tell(PlanMemberOutcome[] failures, PlannedGroup group, TaskContext context)
    {
        if (failures is [var stopped, ..] && !GoesOn)
        {
            throw ErrorCatalogue.Exception("PlanStopped", command.Plan, stopped.Command.Item, stopped.Error!.Message);
        }

        foreach (var failure in failures)
        {
            context.Warn(ErrorCatalogue.Error("PlanMachineFailed", failure.Command.Item, failure.Error!.Message));
            context.EndsAs = failures.Length == group.Commands.Count ? JobState.Failed : JobState.PartiallySucceeded;
        }
    }

    private static async Task<PlanMemberOutcome> RunAsync(PlanMemberRun member, ItemCommand each, SemaphoreSlim room, GroupCount count, CancellationToken cancellation)
    {
        await room.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await member.RunAsync(each, cancellation).ConfigureAwait(false);
        }
        finally
        {
            room.Release();
            count.Next();
        }
    }

    // Machines end at any time, and the number never goes back.
    private sealed class GroupCount
    {
        private readonly object _lock = new();
        private readonly TaskContext _context;
        private GroupProgress _group;

        public GroupCount(TaskContext context, GroupProgress group)
        {
            (_context, _group) = (context, group);
            context.Report(group);
        }

        public void Next()
        {
            lock (_lock)
            {
                _group = _group with { Done = _group.Done + 1 };
                _context.Report(_group);
            }
        }
    }
}
