using System.Text.Json;

namespace AsrFailback.Engine.Tests;

/// <summary>Scripts of a plan run in their place, only as they were allowed, and are contained.</summary>
public sealed class ScriptActionTests
{
    [ShellFact]
    [Requirement("RPL-02")]
    public async Task Scripts_run_before_and_after_their_groups_and_their_output_is_kept()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "first", 0, atEnd: false);
        await PlanScripts.AddAsync(world, "last", 1, atEnd: true, "echo all is well");
        await PlanScripts.AddAsync(world, "before", 2, atEnd: false);
        await PlanScripts.AddAsync(world, "after", 2, atEnd: true);
        await PlanScripts.AddAsync(world, "again", 3, atEnd: true);

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Equal(["first", "before", "after", "again", "last"], PlanScripts.Entries(world));
        Assert.Equal("all is well", PlanScripts.TaskOf(job, "last").Output);
        Assert.Equal(
            ["Prerequisite check", "Script: first", "Script: before", "Group 1", "Script: after", "Group 2", "Script: again", "Script: last"],
            job.Tasks.Select(task => task.FriendlyName));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_runs_only_for_the_operations_and_directions_it_belongs_to()
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "tell.sh", $"echo ran >> {PlanScripts.Diary(world)}");
        await PlanScripts.AddAsync(world, new ScriptAction("home only", "tell.sh") { FailoverDirections = [PlanFailoverDirection.RecoveryToPrimary] }, 2, atEnd: true);
        await PlanScripts.AddAsync(world, new ScriptAction("commit only", "tell.sh") { FailoverTypes = [PlanFailoverType.Commit] }, 2, atEnd: true);

        await world.RunAsync(await PlanScripts.FailOverAsync(world));
        Assert.Empty(PlanScripts.Entries(world));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        Assert.Single(PlanScripts.Entries(world));
        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));
        await world.RunAsync(await PlanScripts.FailOverAsync(world));
        Assert.Equal(2, PlanScripts.Entries(world).Length);
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_is_told_its_context_in_the_service_s_shape()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 3, atEnd: false, "cat \"$ASR_RECOVERY_PLAN_CONTEXT\"");

        var job = await world.RunAsync(await PlanScripts.FailOverAsync(world));

        using var told = JsonDocument.Parse(PlanScripts.TaskOf(job, "tell").Output!);
        var context = told.RootElement;
        Assert.Equal(["RecoveryPlanName", "FailoverType", "FailoverDirection", "GroupId", "VmMap"], context.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["shop", "Unplanned", "PrimaryToSecondary", "2"],
            new[] { "RecoveryPlanName", "FailoverType", "FailoverDirection", "GroupId" }.Select(name => context.GetProperty(name).GetString()));
        var machines = context.GetProperty("VmMap").EnumerateObject().ToArray();
        Assert.All(machines, machine => Assert.Equal(
            ["SubscriptionId", "ResourceGroupName", "CloudServiceName", "RoleName", "RecoveryPointId"], machine.Value.EnumerateObject().Select(property => property.Name)));
        Assert.All(machines, machine => Assert.True(Guid.TryParseExact(machine.Name, "D", out _)));
        Assert.Equal([DrWorld.Item, "web02"], machines.Select(machine => machine.Value.GetProperty("RoleName").GetString()));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.VaultFolder, "context")));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task Whatever_a_parameter_holds_arrives_as_it_is()
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "args.sh", "for a in \"$@\"; do printf '[%s]' \"$a\"; done");
        var injected = $"x; touch {Path.Combine(world.Root, "pwned")} $(id) `id` ' \" -Force && ls\nnext | cat > /dev/null";
        await PlanScripts.AddAsync(world, new ScriptAction("args", "args.sh")
        {
            Parameters = [new("Text", ScriptParameterType.Text, injected), new("Empty", ScriptParameterType.Text, ""), new("Port", ScriptParameterType.Number, "-5"), new("Quiet", ScriptParameterType.Switch, "true")],
        }, 2, atEnd: false);

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Equal($"[-Text][{injected}][-Empty][][-Port][-5][-Quiet][true]", PlanScripts.TaskOf(job, "args").Output);
        Assert.False(File.Exists(Path.Combine(world.Root, "pwned")));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task No_secret_of_the_environment_reaches_a_script()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "env", 2, atEnd: false, "env");
        Environment.SetEnvironmentVariable("ASR_PLAN_SECRET", "canary-91c4");
        try
        {
            var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

            Assert.Contains("PATH=", PlanScripts.TaskOf(job, "env").Output, StringComparison.Ordinal);
            Assert.DoesNotContain("canary-91c4", PlanScripts.TaskOf(job, "env").Output, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASR_PLAN_SECRET", null);
        }
    }

    // To see it fail: take the comparison of the hash out of ScriptFolder.Require and of ScriptRunner.
    [ShellTheory]
    [Requirement("RPL-02")]
    [InlineData("changed", "ScriptChanged")]
    [InlineData("missing", "ScriptNotAllowed")]
    [InlineData("link", "ScriptNotAllowed")]
    public async Task A_script_that_is_not_as_it_was_allowed_keeps_a_plan_from_beginning(string what, string reason)
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 3, atEnd: false);
        Spoil(world, what);

        Assert.Equal([reason], await world.RefusedAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver)));
        Assert.Empty(PlanScripts.Entries(world));
    }

    [ShellTheory]
    [Requirement("RPL-02")]
    [InlineData("changed")]
    [InlineData("missing")]
    [InlineData("link")]
    public async Task A_script_that_changes_while_its_plan_runs_is_not_run_and_the_plan_goes_on_there_when_it_is_as_before(string what)
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 3, atEnd: false);
        var script = Path.Combine(world.VaultFolder, "scripts", "tell.sh");
        var before = await File.ReadAllTextAsync(script);
        Job job;
        await using (var held = await HeldRun.BeginAsync(world, "db01", await PlanWorld.RunAsync(world, PlanScripts.TestFailOver)))
        {
            Spoil(world, what);
            job = await held.EndAsync();
        }

        Assert.Equal((JobState.Failed, "PlanActionStopped", true), (job.State, job.Error?.Id, job.Error?.Temporary));
        Assert.Equal(["Succeeded", "Succeeded", "Failed", "NotStarted"], job.Tasks.Select(task => task.State.Value));
        Assert.Empty(PlanScripts.Entries(world));

        File.Delete(script);
        PlanScripts.Write(world, "tell.sh", [.. before.TrimEnd('\n').Split('\n')[1..]]);
        await world.Engine.RestartJobAsync(job.Name);
        job = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(["tell"], PlanScripts.Entries(world));
    }

    // To see it fail: run the program itself, and not the copy whose bytes were compared.
    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_that_is_exchanged_between_the_comparison_and_its_start_runs_as_it_was_compared()
    {
        await using var world = await PlanWorld.CreateAsync();
        var path = Path.Combine(world.VaultFolder, "scripts", "tell.sh");
        await PlanScripts.AddAsync(world, "tell", 2, atEnd: false, "ls ../context/*/ >> ../../copies.txt");
        var exchanged = false;
        world.Setup.OnFile = (_, file) =>
        {
            if (!exchanged && file.Contains("RecoveryPlanScript1.json", StringComparison.Ordinal)) // its context is the last thing written before it starts
            {
                exchanged = true;
                File.Delete(path);
                PlanScripts.Write(world, "tell.sh", $"echo evil >> {PlanScripts.Diary(world)}");
            }
        };

        await world.RunAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.True(exchanged);
        Assert.Equal(["tell"], PlanScripts.Entries(world));
        Assert.Equal("tell.sh", (await File.ReadAllTextAsync(Path.Combine(world.Root, "copies.txt"))).Trim());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.VaultFolder, "context")));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task What_lies_where_the_copy_of_a_script_belongs_is_replaced_and_never_written_through()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 2, atEnd: false);
        var (folder, outside) = (Path.Combine(world.VaultFolder, "context", "the-run.RecoveryPlanScript1"), Path.Combine(world.Root, "outside.sh"));
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(outside, "mine");
        File.CreateSymbolicLink(Path.Combine(folder, "tell.sh"), outside);

        await world.Engine.SubmitAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver), "the-run");

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync("the-run").WaitAsync(DrWorld.Patience)).State);
        Assert.Equal("mine", await File.ReadAllTextAsync(outside));
        Assert.Equal(["tell"], PlanScripts.Entries(world));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_that_may_not_be_started_is_not_started_as_a_copy()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 2, atEnd: false);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(world.VaultFolder, "scripts", "tell.sh"), UnixFileMode.UserRead);
        }

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Contains("tell.sh", job.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(PlanScripts.Entries(world));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_that_does_not_end_is_ended_with_the_programs_it_has_started()
    {
        await using var world = await PlanWorld.CreateAsync();
        var marker = Path.Combine(world.Root, "child");
        PlanScripts.Write(world, "hang.sh", $"sh -c 'echo $$ > {marker}; exec sleep 1000' &", "wait");
        await PlanScripts.AddAsync(world, new ScriptAction("hang", "hang.sh") { Timeout = TimeSpan.FromSeconds(2) }, 2, atEnd: false);

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Contains("did not end within 2 seconds", job.Error!.Message, StringComparison.Ordinal);
        await Waiting.UntilAsync(() => !Processes.IsAlive(int.Parse(File.ReadAllText(marker), System.Globalization.CultureInfo.InvariantCulture)));
    }

    // What is named is one plain file of the folder, whatever a name looks like.
    [ShellTheory]
    [Requirement("RPL-02")]
    [InlineData("../outside.sh")]
    [InlineData("sub/tell.sh")]
    [InlineData("/bin/true")]
    [InlineData("..")]
    [InlineData(".hidden.sh")]
    [InlineData("sub")]
    [InlineData("tell.sh ")]
    [InlineData("tell.sh\n")]
    [InlineData("..\\tell.sh")]
    public async Task No_name_leads_out_of_the_folder_of_scripts(string name)
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "tell.sh", "true");
        PlanScripts.Write(world, "../outside.sh", "true");
        PlanScripts.Write(world, ".hidden.sh", "true");
        PlanScripts.Write(world, "sub/tell.sh", "true");

        var reasons = await world.RefusedAsync(new AddRecoveryPlanAction(PlanWorld.Plan, new PlanActionPlace(2, false), new ScriptAction("tell", name)));

        Assert.Contains(reasons[0], new[] { "PlanActionInvalid", "ScriptNotAllowed" });
        Assert.Empty((await PlanScripts.PlanAsync(world)).Actions);
    }

    [ShellTheory]
    [Requirement("RPL-02")]
    [InlineData("exit 0", null)]
    [InlineData("exit 1", "failed with 1")]
    [InlineData("exit 255", "failed with 255")]
    [InlineData("kill -9 $$", "failed with 137")]
    [InlineData("kill -15 $$", "failed with 143")]
    public async Task Any_exit_code_but_zero_is_a_failure_and_is_told(string end, string? told)
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "end", 2, atEnd: false, end);

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Equal(told is null, job.State == JobState.Succeeded);
        Assert.Contains(told ?? "", job.Error?.Message ?? "", StringComparison.Ordinal);
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_that_fails_stops_the_plan_and_a_restart_goes_on_with_it()
    {
        await using var world = await PlanWorld.CreateAsync();
        var gate = Path.Combine(world.Root, "gate");
        await PlanScripts.AddAsync(world, "before", 2, atEnd: false);
        await PlanScripts.AddAsync(world, "strict", 2, atEnd: true, "echo the gate is shut", $"test -e {gate} || exit 7");

        var stopped = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Equal(("PlanActionStopped", true), (stopped.Error?.Id, stopped.Error?.Temporary));
        Assert.Contains("failed with 7", stopped.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("the gate is shut", PlanScripts.TaskOf(stopped, "strict").Output);
        Assert.Equal(["Succeeded", "Succeeded", "Succeeded", "Failed", "NotStarted"], stopped.Tasks.Select(task => task.State.Value));

        await File.WriteAllTextAsync(gate, "");
        await world.Engine.RestartJobAsync(stopped.Name);
        var again = await world.Engine.WaitForJobAsync(stopped.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Succeeded, null), (again.State, again.Error));
        Assert.Equal(["before", "strict", "strict"], PlanScripts.Entries(world));
    }

    [ShellFact]
    [Requirement("RPL-02", "FO-03")]
    public async Task An_unplanned_failover_goes_on_without_an_action_and_is_to_be_looked_at()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "broken", 0, atEnd: false, "exit 3");
        await PlanScripts.AddAsync(world, "gone", 2, atEnd: true);
        File.Delete(Path.Combine(world.VaultFolder, "scripts", "gone.sh"));

        var job = await world.TryAsync(await PlanScripts.FailOverAsync(world));

        Assert.Equal((JobState.CompletedWithInformation, null), (job.State, job.Error));
        Assert.Equal("AAA", PlanWorld.Where(world));
        Assert.Equal(["Succeeded", "Failed", "Succeeded", "Failed", "Succeeded"], job.Tasks.Select(task => task.State.Value));
        Assert.Equal(2, job.Warnings.Count(warning => warning.Id == "PlanActionFailed"));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task Machines_and_an_action_that_fail_make_a_success_in_part()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "broken", 0, atEnd: false, "exit 3");
        await world.RunAsync(new StartTestFailover("db01", null, null)); // stands in the way of a failover

        Assert.Equal(JobState.PartiallySucceeded, (await world.TryAsync(await PlanScripts.FailOverAsync(world))).State);
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_script_that_does_not_end_is_ended_and_what_it_said_is_kept()
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "hang.sh", "echo begun", "exec sleep 1000");
        await PlanScripts.AddAsync(world, new ScriptAction("hang", "hang.sh") { Timeout = TimeSpan.FromSeconds(1) }, 2, atEnd: false);

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Contains("did not end within 1 seconds", job.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("begun", PlanScripts.TaskOf(job, "hang").Output);
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_change_of_the_plan_changes_no_run_of_it()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "old", 3, atEnd: true);
        await using var held = await HeldRun.BeginAsync(world, "db01", await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));
        await world.RunAsync(new RemoveRecoveryPlanAction(PlanWorld.Plan, "old"));
        await PlanScripts.AddAsync(world, "new", 3, atEnd: true);

        Assert.Equal(JobState.Succeeded, (await held.EndAsync()).State);

        Assert.Equal(["old"], PlanScripts.Entries(world));
    }

    private static void Spoil(DrWorld world, string what)
    {
        var path = Path.Combine(world.VaultFolder, "scripts", "tell.sh");
        if (what == "changed")
        {
            File.AppendAllText(path, "echo changed\n");
            return;
        }

        if (what == "link")
        {
            File.Move(path, Path.Combine(world.Root, "elsewhere.sh"));
            File.CreateSymbolicLink(path, Path.Combine(world.Root, "elsewhere.sh"));
            return;
        }

        File.Delete(path);
    }
}
