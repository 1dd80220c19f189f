using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Which points a plan takes its machines to: a database without a group, and two web servers of one, of which one has a newer
/// application-consistent point that the other lacks.
/// </summary>
public sealed class PlanPointTests : IDisposable
{
    private const string Group = "web";

    private readonly ShellScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [ShellFact]
    [Requirement("FB-03", "FO-10")]
    public async Task Application_consistent_takes_a_group_home_to_its_newest_common_point_and_the_others_to_their_own()
    {
        await using var world = await WorldAsync();
        await GoAwayAsync(world);
        var common = await MarkAsync(world);
        Assert.Equal(["own", "alone", "common"], await LabelsAsync(world, "LatestAppConsistent", common: false));

        await world.RunAsync(await FailoverAsync(world, "LatestAppConsistent"));

        Assert.Equal("HHH", PlanWorld.Where(world));
        Assert.Equal(["own", "common", "common"], FailoverPoints(world).Select(point => point.Label));
        Assert.Equal(FailoverPoints(world)[1].Id, FailoverPoints(world)[2].Id);
        world.AssertImages(DrWorld.Home, common);
    }

    [ShellFact]
    [Requirement("FB-03", "FO-10")]
    public async Task Application_consistent_takes_a_group_away_to_its_newest_common_point_and_the_others_to_their_own()
    {
        await using var world = await WorldAsync();
        var common = await MarkAsync(world);

        await world.RunAsync(await FailoverAsync(world, "LatestAppConsistent"));

        Assert.Equal("AAA", PlanWorld.Where(world));
        Assert.Equal(["own", "common", "common"], FailoverPoints(world).Select(point => point.Label));
        world.AssertImages(DrWorld.Azure, common);
    }

    [ShellFact]
    [Requirement("FB-03")]
    public async Task Latest_takes_every_machine_home_to_its_own_newest_state()
    {
        await using var world = await WorldAsync();
        await GoAwayAsync(world);
        await MarkAsync(world);
        world.Write(5);

        await world.RunAsync(await FailoverAsync(world, PointChoice.Latest));

        Assert.Equal("HHH", PlanWorld.Where(world));
        Assert.Equal(["own", "Latest", "crash-consistent and common"], FailoverPoints(world).Select(point => point.Label)); // one that wrote nothing since is at its newest point
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [ShellFact]
    [Requirement("FB-03", "FO-10")]
    public async Task A_group_without_a_common_application_consistent_point_is_refused_and_takes_no_other_one()
    {
        await using var world = await WorldAsync();
        await MarkAloneAsync(world);
        await world.PointAsync("crash-consistent and common");

        var refused = await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "LatestAppConsistent", DrWorld.Item));

        Assert.Equal("NoAppConsistentPoint", refused.Error.Id);
    }

    [ShellFact]
    [Requirement("FB-03")]
    public async Task The_only_machine_of_a_group_takes_its_own_newest_point_until_another_one_comes()
    {
        await using var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20], State = new MemoryState() });
        await EnableAsync(world, DrWorld.Item, Group);
        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "own") { AppConsistent = true });
        Assert.NotNull(await FindAsync(world, "LatestAppConsistent", DrWorld.Item));

        world.AddMachine("web02", MachineModel.Random([1 << 20], 12));
        await EnableAsync(world, "web02", Group);

        Assert.Equal("NoAppConsistentPoint", (await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "LatestAppConsistent", DrWorld.Item))).Error.Id);
        await world.RunAsync(new StartFailover("web02", null, ShutDownSource: true));
        Assert.Equal("NoAppConsistentPoint", (await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "LatestAppConsistent", DrWorld.Item))).Error.Id); // it is still one of the group
    }

    // What web01 held at the newest common point.
    private static async Task<MachineModel> MarkAsync(DrWorld world)
    {
        world.Write(5);
        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "older") { AppConsistent = true });
        world.Write(5);
        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "common") { AppConsistent = true });
        var common = world.Model.Copy();
        await world.RunAsync(new CreateRecoveryPoint("db01", "own") { AppConsistent = true });
        world.Write(5);
        await MarkAloneAsync(world);
        world.Write(5);
        await world.PointAsync("crash-consistent and common");
        return common;
    }

    // As when web02 does not follow in order at that moment.
    private static async Task MarkAloneAsync(DrWorld world) => Assert.Single(await FailbackEngine.MarkAsync(
        [world.Engine.RuntimeOf(DrWorld.Item)], Guid.NewGuid(), "alone", PointConsistency.AppConsistent, CancellationToken.None).WaitAsync(DrWorld.Patience));

    private static async Task GoAwayAsync(DrWorld world)
    {
        foreach (var step in new Func<string, ItemCommand>[] { PlanWorld.FailOver, PlanWorld.Commit, item => new Reprotect(item) })
        {
            await world.RunAsync(await PlanWorld.RunAsync(world, step));
        }
    }

    private static RecoveryPoint[] FailoverPoints(DrWorld world) => [.. PlanWorld.Names.Select(name => world.Engine.RuntimeOf(name).State.Facts.FailoverPoint!)];

    private static Task<Guid?> FindAsync(DrWorld world, string word, string item, bool common = true) =>
        new PointChoice(word).FindAsync(world.Engine, item, common, CancellationToken.None);

    private static async Task<RunRecoveryPlan> FailoverAsync(DrWorld world, string word)
    {
        var points = new Dictionary<string, Guid?>();
        foreach (var name in PlanWorld.Names)
        {
            points[name] = await FindAsync(world, word, name);
        }

        return await PlanWorld.RunAsync(world, item => new StartFailover(item, points[item], ShutDownSource: true));
    }

    private static async Task<string[]> LabelsAsync(DrWorld world, string word, bool common)
    {
        var labels = new List<string>();
        foreach (var name in PlanWorld.Names)
        {
            var id = await FindAsync(world, word, name, common);
            labels.Add((await world.Engine.GetRecoveryPointsAsync(name)).Single(point => point.Id == id).Label);
        }

        return [.. labels];
    }

    private async Task<DrWorld> WorldAsync()
    {
        var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20], State = new MemoryState() });
        world.AddMachine("db01", MachineModel.Random([1 << 20], 11));
        world.AddMachine("web02", MachineModel.Random([1 << 20], 12));
        foreach (var name in PlanWorld.Names)
        {
            await EnableAsync(world, name, name == "db01" ? null : Group);
        }

        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"], [DrWorld.Item, "web02"]), Replace: false));
        return world;
    }

    private Task<Job> EnableAsync(DrWorld world, string name, string? group) => world.RunAsync(new EnableProtection(name, DrWorld.Home, DrWorld.Azure, DrWorld.Policy with
    {
        Quiesce = new QuiesceScripts(_scripts.Write("freeze", "exit 0"), _scripts.Write("thaw", "exit 0")),
    })
    {
        ReplicationGroup = group,
    });
}
