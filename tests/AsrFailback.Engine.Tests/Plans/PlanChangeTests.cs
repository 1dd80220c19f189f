namespace AsrFailback.Engine.Tests;

/// <summary>Actions come into a plan, stay there, and leave it, only as somebody asked for it.</summary>
public sealed class PlanChangeTests
{
    private static readonly string[] Order = ["one", "two", "three", "four"];

    [Fact]
    [Requirement("RPL-02")]
    public async Task Actions_are_kept_in_the_order_in_which_they_were_added()
    {
        await using var world = await PlanWorld.CreateAsync();
        foreach (var (name, group, end) in new[] { ("one", 2, false), ("two", 2, false), ("three", 2, true), ("four", 1, true) })
        {
            await PlanScripts.AddAsync(world, new ManualAction(name, "x"), group, end);
        }

        await world.ReopenAsync();
        var plan = await PlanScripts.PlanAsync(world);
        Assert.Equal("one two", string.Join(' ', plan.Groups[0].StartActions));
        Assert.Equal("three", string.Join(' ', plan.Groups[0].EndActions));
        Assert.Equal("four", string.Join(' ', plan.FailoverGroup.EndActions));

        await world.RunAsync(new RemoveRecoveryPlanAction("SHOP", "ONE"));
        Assert.Equal(Order[1..].Order(), (await PlanScripts.PlanAsync(world)).Actions.Select(action => action.Name).Order());
    }

    // The tools of the service strip a plan of its actions when its groups are changed.
    [Fact]
    [Requirement("RPL-02")]
    public async Task A_change_of_the_groups_leaves_the_actions_in_their_places()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new ManualAction("one", "x"), 0, atEnd: false);
        await PlanScripts.AddAsync(world, new ManualAction("two", "x"), 2, atEnd: false);
        await PlanScripts.AddAsync(world, new ManualAction("three", "x"), 3, atEnd: true);

        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["web02"], ["db01", DrWorld.Item]), Replace: true) { KeepActions = true });

        var plan = await PlanScripts.PlanAsync(world);
        Assert.Equal(["web02", "db01", DrWorld.Item], plan.Items);
        Assert.Equal(("one", "two", "three"), (plan.ShutdownGroup.StartActions.Single().Name, plan.Groups[0].StartActions.Single().Name, plan.Groups[1].EndActions.Single().Name));

        Assert.Equal(["PlanActionsLeft"], await world.RefusedAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"]), Replace: true) { KeepActions = true }));
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"]), Replace: true));
        Assert.Empty((await PlanScripts.PlanAsync(world)).Actions);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task What_makes_no_sense_is_refused()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new ManualAction("one", "x"), 2, atEnd: false);
        foreach (var (command, reason) in new (FailbackCommand, string)[]
        {
            (Add("nobody", 2, new ManualAction("two", "x")), "PlanNotFound"),
            (Add("shop", 4, new ManualAction("two", "x")), "PlanGroupNotFound"),
            (Add("shop", -1, new ManualAction("two", "x")), "PlanGroupNotFound"),
            (Add("shop", 2, new ManualAction("ONE", "x")), "PlanActionExists"),
            (Add("shop", 2, new ManualAction("two", "")), "PlanActionInvalid"),
            (Add("shop", 2, new ScriptAction("two", "nothing.sh")), "ScriptNotAllowed"),
            (Add("shop", 2, new ScriptAction("two", "../state.db")), "PlanActionInvalid"),
            (Add("shop", 2, new RunbookAction("two", "http://ops.example")), "PlanActionInvalid"),
            (new RemoveRecoveryPlanAction("shop", "two"), "PlanActionNotFound"),
            (new RemoveRecoveryPlanAction("nobody", "two"), "PlanNotFound"),
        })
        {
            Assert.Equal([reason], await world.RefusedAsync(command));
        }

        Assert.Equal(["one"], (await PlanScripts.PlanAsync(world)).Actions.Select(action => action.Name));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_script_is_allowed_as_it_is_when_its_action_is_added_or_as_its_hash_says()
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "a.sh", "exit 0");
        await PlanScripts.AddAsync(world, new ScriptAction("as it is", "a.sh"), 2, atEnd: false);
        var hash = Assert.IsType<ScriptAction>((await PlanScripts.PlanAsync(world)).Actions.Single()).Sha256!;

        await PlanScripts.AddAsync(world, new ScriptAction("pinned", "a.sh", hash), 2, atEnd: false);
        Assert.Equal(["ScriptChanged"], await world.RefusedAsync(Add("shop", 2, new ScriptAction("other", "a.sh", new string('0', 64)))));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_folder_of_scripts_that_is_a_link_holds_none()
    {
        await using var world = await PlanWorld.CreateAsync();
        var elsewhere = Directory.CreateDirectory(Path.Combine(world.Root, "elsewhere")).FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "a.sh"), "#!/bin/sh\n");
        Directory.CreateSymbolicLink(Path.Combine(world.VaultFolder, "scripts"), elsewhere);

        Assert.Equal(["ScriptNotAllowed"], await world.RefusedAsync(Add("shop", 2, new ScriptAction("x", "a.sh"))));
    }

    private static AddRecoveryPlanAction Add(string plan, int group, RecoveryPlanAction action) => new(plan, new PlanActionPlace(group, AtEnd: false), action);
}
