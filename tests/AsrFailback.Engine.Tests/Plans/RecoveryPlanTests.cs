namespace AsrFailback.Engine.Tests;

/// <summary>Machines move in the order of their plan, all of them, whatever stops it.</summary>
public sealed class RecoveryPlanTests
{
    [Fact]
    [Requirement("RPL-01")]
    public async Task A_plan_is_kept_changed_and_forgotten()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.ReopenAsync();
        Assert.Equal(["db01", DrWorld.Item, "web02"], (await world.Engine.GetRecoveryPlansAsync()).Single().Items);

        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["web02"]), Replace: true));
        Assert.Equal(["web02"], (await world.Engine.GetRecoveryPlansAsync()).Single().Items);
        await world.RunAsync(new RemoveRecoveryPlan("SHOP"));

        Assert.Empty(await world.Engine.GetRecoveryPlansAsync());
    }

    [Theory]
    [Requirement("RPL-01")]
    [InlineData("shop", "db01", false, "PlanExists")]
    [InlineData("SHOP", "db01", false, "PlanExists")]
    [InlineData("other", "db01", true, "PlanNotFound")]
    [InlineData("a/b", "db01", false, "NameInvalid")]
    [InlineData("other", "db01|nobody", false, "ItemNotFound")]
    [InlineData("other", "db01|DB01", false, "PlanItemTwice")]
    [InlineData("other", "db01||web02", false, "PlanGroupsOutOfRange")]
    [InlineData("other", "db01|db01|db01|db01|db01|db01|db01|db01", false, "PlanGroupsOutOfRange PlanItemTwice")]
    public async Task A_plan_that_makes_no_sense_is_refused_for_every_reason(string name, string groups, bool replace, string reasons)
    {
        await using var world = await PlanWorld.CreateAsync();
        var plan = new RecoveryPlan(name, [.. groups.Split('|').Select(items => new RecoveryPlanGroup(items.Split(',', StringSplitOptions.RemoveEmptyEntries)))]);

        Assert.Equal(reasons, string.Join(' ', await world.RefusedAsync(new SaveRecoveryPlan(plan, replace))));
    }

    // The machines need not be there to be too many. Broken on purpose: AllowLarge that lifts the limits for good.
    [Theory]
    [Requirement("RPL-01")]
    [InlineData(100, 7, false, "")]
    [InlineData(101, 7, false, "PlanTooLarge")]
    [InlineData(100, 8, false, "PlanGroupsOutOfRange")]
    [InlineData(1000, 20, true, "")]
    [InlineData(1001, 20, true, "PlanTooLarge")]
    [InlineData(1000, 21, true, "PlanGroupsOutOfRange")]
    public async Task A_plan_has_the_limits_of_the_service_unless_it_may_be_large(int machines, int groups, bool allowLarge, string reasons)
    {
        await using var world = await DrWorld.CreateAsync();
        string[][] items = [.. Enumerable.Range(0, groups).Select(group => Enumerable.Range(0, machines).Where(number => number % groups == group).Select(number => $"vm-{number}").ToArray())];

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new SaveRecoveryPlan(PlanWorld.Of(items), Replace: false) { AllowLarge = allowLarge }));

        var limits = refusal.Error.Reasons.Where(reason => reason.Id != "ItemNotFound").ToArray();
        Assert.Equal(reasons, string.Join(' ', limits.Select(reason => reason.Id)));
        Assert.All(limits, reason => Assert.Contains("-AllowLarge", reason.RecommendedAction, StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("RPL-01")]
    [InlineData(0)]
    [InlineData(RunRecoveryPlan.MaxThrottleLimit + 1)]
    public async Task No_more_machines_are_worked_on_at_once_than_are_possible(int atOnce)
    {
        await using var world = await PlanWorld.CreateAsync();

        Assert.Equal(["ThrottleLimitOutOfRange"], await world.RefusedAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver) with { ThrottleLimit = atOnce }));
    }

    // Broken on purpose: a run that always has room for all of its group.
    [Fact]
    [Requirement("RPL-01")]
    public async Task As_many_machines_of_a_group_are_worked_on_at_once_as_was_said()
    {
        await using var world = await PlanWorld.CreateAsync();
        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver) with { ThrottleLimit = 1 });

        Job[] webs = [.. (await Task.WhenAll(PlanWorld.Names.Skip(1).Select(name => world.Engine.GetJobAsync($"{job.Name}.{name}")))).Select(each => each!).OrderBy(each => each.StartTime)];
        Assert.True(webs[0].EndTime <= webs[1].StartTime, "both were worked on at once");
    }

    [Fact]
    [Requirement("RPL-01", "RPL-03")]
    public async Task A_preview_shows_the_steps_with_their_machines_and_the_time_of_the_last_runs()
    {
        await using var world = await PlanWorld.CreateAsync();
        var run = await PlanWorld.RunAsync(world, PlanWorld.FailOver);
        Assert.All((await world.Engine.PreviewAsync(run)).Steps, step => Assert.Null(step.EstimatedTime));
        await world.RunAsync(run);
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));

        var preview = await world.Engine.PreviewAsync(run);

        Assert.Equal(["1 Group 1 1 db01", "2 Group 2 2 web01 web02"], preview.Steps.Select(step => $"{step.Number} {step} {step.AtOnce} {string.Join(' ', step.Machines.Select(machine => machine.Command.Target))}"));
        Assert.All(preview.Steps, step => Assert.True(step.EstimatedTime > TimeSpan.Zero));
        Assert.Equal(preview.Steps[0].EstimatedTime + preview.Steps[1].EstimatedTime, preview.EstimatedTime);
        Assert.All(preview.Steps, step => Assert.Contains(step.Failed, check => check.Id == "Phase"));
    }

    [Fact]
    [Requirement("RPL-01", "RPL-03")]
    public async Task The_machines_of_a_group_move_before_those_of_the_next_one_begin()
    {
        await using var world = await PlanWorld.CreateAsync();

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal("AAA", PlanWorld.Where(world));
        Assert.Equal(["RecoveryPlanPrerequisitesCheck", "RecoveryPlanGroup1", "RecoveryPlanGroup2"], job.Tasks.Select(task => task.Name));
        var jobs = (await Task.WhenAll(PlanWorld.Names.Select(name => world.Engine.GetJobAsync($"{job.Name}.{name}")))).Select(each => each!).ToArray();
        Assert.True(jobs[0].EndTime <= jobs.Skip(1).Min(each => each.StartTime), "a web server moved before the database had");
    }

    [Fact]
    [Requirement("RPL-03", "FB-01")]
    public async Task A_plan_goes_away_and_home_and_every_byte_with_it()
    {
        await using var world = await PlanWorld.CreateAsync();
        world.Write();
        foreach (var (step, where) in new (Func<string, ItemCommand>, string)[]
        {
            (item => new StartTestFailover(item, null, null), "HHH"), (item => new CleanUpTestFailover(item), "HHH"), (PlanWorld.FailOver, "AAA"), (PlanWorld.Commit, "AAA"),
            (item => new Reprotect(item), "AAA"), (PlanWorld.FailOver, "HHH"), (PlanWorld.Commit, "HHH"), (item => new Reprotect(item), "HHH"),
        })
        {
            await world.RunAsync(await PlanWorld.RunAsync(world, step));
            Assert.Equal(where, PlanWorld.Where(world));
        }

        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RPL-02", "FO-03")]
    public async Task A_machine_that_cannot_leave_a_burning_site_does_not_keep_the_others_there()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new StartTestFailover("db01", null, null)); // a test failover stands in the way of a failover

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal((JobState.PartiallySucceeded, null), (job.State, job.Error));
        Assert.Equal("HAA", PlanWorld.Where(world));
        Assert.Contains(job.Warnings, warning => warning.Id == "TestFailoverExists");
        Assert.Contains(job.Warnings, warning => warning.Id == "PlanMachineFailed" && warning.Message.Contains("db01", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task When_no_machine_can_go_the_plan_is_refused()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, item => new StartTestFailover(item, null, null)));

        Assert.Equal(["TestFailoverExists", "TestFailoverExists", "TestFailoverExists"], await world.RefusedAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver)));
        Assert.Equal("HHH", PlanWorld.Where(world));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_step_that_is_not_a_failover_away_is_refused_when_one_machine_is_not_ready()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(PlanWorld.FailOver("web02"));

        Assert.Equal(["WrongPhase", "WrongPhase"], await world.RefusedAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit)));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_step_that_fails_stops_the_plan_and_a_restart_goes_on_there()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        world.Setup.OnStore = change =>
        {
            if (change == "item db01")
            {
                throw Core.Errors.ErrorCatalogue.Exception("FileError", change, "by the test");
            }
        };
        var stopped = await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        Assert.Equal(("PlanStopped", true), (stopped.Error?.Id, stopped.Error?.Temporary));
        Assert.Equal(["Succeeded", "Failed", "NotStarted"], stopped.Tasks.Select(task => task.State.Value));
        world.Setup.OnStore = _ => { };

        await world.Engine.RestartJobAsync(stopped.Name);
        var again = await world.Engine.WaitForJobAsync(stopped.Name).WaitAsync(DrWorld.Patience);

        Assert.True(again.State == JobState.Succeeded, $"{again.Error}");
        Assert.All(PlanWorld.Names, name => Assert.Equal(Core.Protection.Phase.Committed, world.Engine.RuntimeOf(name).State.Facts.Phase));
    }

    [Fact]
    [Requirement("RP-06")]
    public async Task A_replication_group_goes_home_through_a_plan_that_holds_all_of_it()
    {
        await using var world = await PlanWorld.CreateAsync(replicationGroup: "shop");
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        Assert.Equal(["GroupNeedsPlan"], await world.RefusedAsync(new Reprotect("db01")));
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"], ["web02"]), Replace: true));
        Assert.Equal(["PlanLacksMachines"], await world.RefusedAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item))));
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(PlanWorld.Names), Replace: true));
        Assert.Contains("PlanMasterTargets", await world.RefusedAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item, item == "db01" ? "mt01" : "mt02"))));

        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));

        Assert.Single(PlanWorld.Names.Select(name => world.Engine.RuntimeOf(name).State.Facts.MasterTarget).Distinct());
        await world.PointAsync("at home");
        Assert.All(PlanWorld.Names, name => Assert.True(world.Engine.GetRecoveryPointsAsync(name).Result.Single(point => point.Label == "at home").IsCommon));
    }

    [Fact]
    [Requirement("RP-06", "MT-08")]
    public async Task A_replication_group_goes_through_the_master_target_that_has_room_for_all_of_it()
    {
        await using var world = await InAzureAsync(replicationGroup: "shop");
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2"));
        WorldEdit.Make(world, "home:masterTargets.0.attachedDisks=58");

        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));

        Assert.All(PlanWorld.Names, name => Assert.Equal("mt02", world.Engine.RuntimeOf(name).State.Facts.MasterTarget));
    }

    [Fact]
    [Requirement("RP-06")]
    public async Task A_machine_of_a_group_follows_the_one_whose_reprotect_is_under_way()
    {
        await using var world = await InAzureAsync(replicationGroup: "shop");
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2"));
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = !progress.Job.EndsWith(".db01", StringComparison.Ordinal) || held.Wait(DrWorld.Patience);
        var first = await world.Engine.SubmitAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item, "mt02")), "first");
        await Waiting.UntilAsync(() => world.Engine.Jobs.Find("first.db01") is not null);

        var report = await world.Engine.PreviewAsync(new Reprotect("web02", "mt01") { Plan = "shop" });
        held.Set();
        await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience);

        Assert.Contains(report.Checks, check => check is { Id: "GroupMasterTarget", State: CheckState.Failed });
    }

    // slots that are free, master targets | the reasons
    [Theory]
    [Requirement("MT-08")]
    [InlineData(2, 1, "PlanMasterTargetFull")]
    [InlineData(3, 1, "")]
    [InlineData(2, 2, "")]
    [InlineData(0, 1, "PlanMasterTargetFull MasterTargetFull MasterTargetFull MasterTargetFull")]
    public async Task The_machines_of_a_plan_need_slots_at_the_same_time(int free, int servers, string reasons)
    {
        await using var world = await InAzureAsync(replicationGroup: null);
        WorldEdit.Make(world, $"home:masterTargets.0.attachedDisks={60 - free}");
        if (servers == 2)
        {
            await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2"));
        }

        var run = await PlanWorld.RunAsync(world, item => new Reprotect(item));
        var found = await Findings.RefusalAsync(world, run);
        Assert.Equal(reasons, string.Join(' ', found.Select(reason => reason.Id)));
        Assert.All(found.Take(1), reason => Assert.Contains("db01: 1, web01: 1, web02: 1", reason.Message, StringComparison.Ordinal));
        Assert.Equal(found.Count > 0, world.Engine.Jobs.List().All(record => record.Command is not RunRecoveryPlan { Commands: var commands } || commands.First() is not Reprotect));
    }

    [Fact]
    [Requirement("RP-06")]
    public async Task A_plan_s_preview_holds_its_own_checks_and_what_is_done_with_each_machine()
    {
        await using var world = await InAzureAsync(replicationGroup: "shop");
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"], ["web02"]), Replace: true));

        var preview = await world.Engine.PreviewAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));

        Assert.False(preview.Ready);
        Assert.Equal("PlanLacksMachines", Assert.Single(preview.OwnChecks, check => !check.Passed).Finding!.Id);
        Assert.Equal([("db01", "azure", "onprem", true), ("web02", "azure", "onprem", true)], preview.Machines.Select(machine => (machine.Command.Target, machine.From, machine.To, machine.Ready)));
        Assert.All(preview.Machines, machine => Assert.Equal("mt01", ((Reprotect)machine.Command).MasterTarget));
    }

    private static async Task<DrWorld> InAzureAsync(string? replicationGroup)
    {
        var world = await PlanWorld.CreateAsync(replicationGroup);
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        return world;
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task One_run_of_a_plan_at_a_time_and_a_machine_of_the_plan_s_name_is_not_in_its_way()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan("web02", [new RecoveryPlanGroup(["web02"])]), Replace: false));
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = !progress.Job.EndsWith(".web02", StringComparison.Ordinal) || held.Wait(DrWorld.Patience);
        var run = new RunRecoveryPlan("web02", [new PlannedGroup([PlanWorld.FailOver("web02")])]);
        var first = await world.Engine.SubmitAsync(run, "first");

        var again = await world.RefusedAsync(run);
        held.Set();

        Assert.Contains("ItemBusy", again);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Equal("HHA", PlanWorld.Where(world));
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task A_plan_that_is_killed_at_any_operation_goes_on_and_no_machine_moves_twice()
    {
        await using var beginning = await PlanWorld.CreateAsync(state: new MemoryState());
        await beginning.CloseAsync();
        for (var stop = 1; ; stop += 23)
        {
            var interruption = new Interruption();
            await using var world = beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));
            world.Open();
            await world.Engine.WaitUntilComparedAsync(CancellationToken.None).WaitAsync(DrWorld.Patience); // the clone's images are copies
            var run = await PlanWorld.RunAsync(world, PlanWorld.FailOver);
            interruption.StopAt(stop);
            await Record.ExceptionAsync(async () => await world.Engine.WaitForJobAsync((await world.Engine.SubmitAsync(run, "the-run")).Name).WaitAsync(DrWorld.Patience));
            var happened = interruption.Happened;
            await world.AbandonAsync();
            interruption.Disarm();
            if (!happened)
            {
                Assert.True(stop > 100, $"ended before operation {stop}");
                break;
            }

            world.Open();
            world.Engine.RestartFailedJobs();
            if (await world.Engine.GetJobAsync("the-run") is null)
            {
                await world.Engine.SubmitAsync(run, "the-run");
            }

            var job = await world.Engine.WaitForJobAsync("the-run").WaitAsync(DrWorld.Patience);

            Assert.True(job.State == JobState.Succeeded || job.State == JobState.PartiallySucceeded, $"{stop}: {job.Error}");
            foreach (var name in PlanWorld.Names.Where(name => world.Engine.RuntimeOf(name).State.Facts.Phase == Core.Protection.Phase.Protected))
            {
                await world.RunAsync(PlanWorld.FailOver(name)); // it stayed behind, and was named
                Assert.Contains(job.Warnings, warning => warning.Id == "PlanMachineFailed" && warning.Message.Contains(name, StringComparison.Ordinal));
            }

            Assert.Equal("AAA", PlanWorld.Where(world));
            Assert.All(PlanWorld.Names, name => Assert.Equal(2, world.Engine.RuntimeOf(name).State.Facts.Epoch));
        }
    }
}
