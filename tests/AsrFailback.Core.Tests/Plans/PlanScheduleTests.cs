using AsrFailback.Core.Jobs;
using AsrFailback.Core.Plans;

namespace AsrFailback.Core.Tests;

/// <summary>What a run of a plan does, in which order, is one list.</summary>
public sealed class PlanScheduleTests
{
    private static readonly RecoveryPlan Plan = new("shop",
    [
        new(["db01"]) { StartActions = [new ManualAction("db start", "x")], EndActions = [new ManualAction("db end", "x")] },
        new(["web01", "web02"]) { EndActions = [new ManualAction("web end", "x")] },
    ])
    {
        ShutdownGroup = new([]) { StartActions = [new ManualAction("down start", "x")], EndActions = [new ManualAction("down end", "x")] },
        FailoverGroup = new([]) { StartActions = [new ScriptAction("over start", "a")], EndActions = [new RunbookAction("over end", "https://ops.example")] },
    };

    [Fact]
    [Requirement("RPL-02")]
    public void Actions_lie_around_their_groups_and_those_of_failover_around_all()
    {
        var run = PlanActions.For(Run(item => new StartFailover(item, null, ShutDownSource: true)), Plan, FailoverDirection.FromHome);

        Assert.Equal(
            ["Prerequisite check", "Manual action: down start", "Manual action: down end", "Script: over start", "Manual action: db start", "Group 1", "Manual action: db end", "Group 2", "Manual action: web end", "Runbook: over end"],
            Scenario.Of(run).Tasks.Select(task => task.FriendlyName));
        Assert.Equal(
            ["RecoveryPlanManualAction1", "RecoveryPlanManualAction2", "RecoveryPlanScript3", "RecoveryPlanManualAction4", "RecoveryPlanManualAction5", "RecoveryPlanManualAction6", "RecoveryPlanRunbook7"],
            Scenario.Of(run).Tasks.Select(task => task.Name).Where(PlanSchedule.IsAction));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void An_action_knows_the_machines_of_its_group_and_one_around_all_knows_all()
    {
        var steps = PlanSchedule.Of(PlanActions.For(Run(item => new CommitFailover(item)), With([PlanFailoverType.Commit]), FailoverDirection.FromHome)).OfType<ActionStep>();

        Assert.Equal(
            ["Shutdown db01 web01 web02", "Shutdown db01 web01 web02", "Failover db01 web01 web02", "1 db01", "1 db01", "2 web01 web02", "Failover db01 web01 web02"],
            steps.Select(step => $"{step.GroupId} {string.Join(' ', step.Machines.Select(machine => machine.Item))}"));
    }

    // the operation | where to | the types of the actions | their directions | whether they are done
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("test", null, "TestFailover", "PrimaryToRecovery", true)]
    [InlineData("test", null, "TestFailover", "RecoveryToPrimary", false)]
    [InlineData("test", null, "PlannedFailover UnplannedFailover", "PrimaryToRecovery", false)]
    [InlineData("planned", FailoverDirection.FromHome, "PlannedFailover", "PrimaryToRecovery", true)]
    [InlineData("planned", FailoverDirection.FromHome, "UnplannedFailover", "PrimaryToRecovery", false)]
    [InlineData("unplanned", FailoverDirection.FromHome, "UnplannedFailover", "PrimaryToRecovery", true)]
    [InlineData("unplanned", FailoverDirection.ToHome, "UnplannedFailover", "PrimaryToRecovery", false)]
    [InlineData("unplanned", FailoverDirection.ToHome, "UnplannedFailover", "RecoveryToPrimary", true)]
    [InlineData("commit", FailoverDirection.ToHome, "Commit", "RecoveryToPrimary", true)]
    [InlineData("commit", FailoverDirection.ToHome, "UnplannedFailover", "RecoveryToPrimary", false)]
    [InlineData("reprotect", FailoverDirection.ToHome, "SwitchProtection", "RecoveryToPrimary", true)]
    [InlineData("clean", null, "TestFailoverCleanup", "PrimaryToRecovery", true)]
    public void An_action_is_done_for_its_operations_and_directions_only(string operation, FailoverDirection? direction, string types, string directions, bool done)
    {
        var plan = With([.. Notation.Words(types).Select(Enum.Parse<PlanFailoverType>)], [.. Notation.Words(directions).Select(Enum.Parse<PlanFailoverDirection>)]);
        var run = Run(item => operation switch
        {
            "test" => new StartTestFailover(item, null, null),
            "clean" => new CleanUpTestFailover(item),
            "planned" => new StartFailover(item, null, ShutDownSource: true) { Type = FailoverType.Planned },
            "unplanned" => new StartFailover(item, null, ShutDownSource: true),
            "commit" => new CommitFailover(item),
            _ => new Reprotect(item),
        });

        var actions = PlanSchedule.Of(PlanActions.For(run, plan, direction)).OfType<ActionStep>();

        Assert.Equal(done ? plan.Actions.Count : 0, actions.Count());
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_job_whose_actions_alone_failed_is_to_be_looked_at_and_one_whose_machines_failed_succeeded_in_part()
    {
        var run = PlanActions.For(Run(item => new StartFailover(item, null, ShutDownSource: true)), Plan, FailoverDirection.FromHome);
        var record = JobRecord.Create("run", run, DateTimeOffset.UnixEpoch);
        Assert.Equal(JobState.Succeeded, record.EndsAs);

        var action = record.WithTask(3, task => task with { State = JobState.Failed });
        Assert.Equal(JobState.CompletedWithInformation, action.EndsAs);
        Assert.Equal(JobState.PartiallySucceeded, action.WithTask(5, task => task with { State = JobState.PartiallySucceeded }).EndsAs);
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_plan_that_was_stored_without_actions_is_read()
    {
        var plan = System.Text.Json.JsonSerializer.Deserialize<RecoveryPlan>("""{"Name":"shop","Groups":[{"Items":["db01"]},{"Items":["web01","web02"]}]}""")!;

        Assert.Equal(["db01", "web01", "web02"], plan.Items);
        Assert.Empty(plan.Actions);
        Assert.Equal([RecoveryPlanGroupType.Shutdown, RecoveryPlanGroupType.Failover, RecoveryPlanGroupType.Boot, RecoveryPlanGroupType.Boot], plan.AllGroups.Select(group => group.GroupType));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_plan_with_actions_of_every_kind_survives_being_stored()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(Plan);
        var again = System.Text.Json.JsonSerializer.Deserialize<RecoveryPlan>(json)!;

        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(again));
        Assert.Equal(Plan.Actions.Select(action => (action.GetType(), action.Name)), again.Actions.Select(action => (action.GetType(), action.Name)));
    }

    private static RunRecoveryPlan Run(Func<string, ItemCommand> command) => new("shop", [.. Plan.Groups.Select(group => new PlannedGroup([.. group.Items.Select(command)]))]);

    private static RecoveryPlan With(PlanFailoverType[] types, PlanFailoverDirection[]? directions = null)
    {
        return RecoveryPlan.Of("shop", [.. Plan.AllGroups.Select(group => group with
        {
            StartActions = [.. group.StartActions.Select(Changed)], EndActions = [.. group.EndActions.Select(Changed)],
        })]);

        RecoveryPlanAction Changed(RecoveryPlanAction action) => action with { FailoverTypes = types, FailoverDirections = directions ?? action.FailoverDirections };
    }
}
