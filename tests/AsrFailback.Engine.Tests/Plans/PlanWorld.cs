namespace AsrFailback.Engine.Tests;

/// <summary>Three protected machines and a plan of two groups: db first, then the web servers.</summary>
internal static class PlanWorld
{
    public const string Plan = "shop";

    public static readonly string[] Names = ["db01", DrWorld.Item, "web02"];

    private static readonly long[] DiskBytes = [1 << 20];

    public static async Task<DrWorld> CreateAsync(string? replicationGroup = null, MemoryState? state = null, TimeProvider? clock = null)
    {
        var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = DiskBytes, State = state ?? new MemoryState(), Clock = clock ?? TimeProvider.System });
        world.AddMachine("db01", MachineModel.Random([1 << 20], 11));
        world.AddMachine("web02", MachineModel.Random([1 << 20], 12));
        foreach (var name in Names)
        {
            await world.RunAsync(new EnableProtection(name, DrWorld.Home, DrWorld.Azure, DrWorld.Policy) { ReplicationGroup = replicationGroup });
        }

        await world.RunAsync(new SaveRecoveryPlan(Of(["db01"], [DrWorld.Item, "web02"]), Replace: false));
        return world;
    }

    public static RecoveryPlan Of(params string[][] groups) => new(Plan, [.. groups.Select(items => new RecoveryPlanGroup(items))]);

    /// <summary>A run of the plan: a command for each machine.</summary>
    public static async Task<RunRecoveryPlan> RunAsync(DrWorld world, Func<string, ItemCommand> command)
    {
        var plan = (await world.Engine.GetRecoveryPlansAsync()).Single();
        return new RunRecoveryPlan(plan.Name, [.. plan.Groups.Select(group => new PlannedGroup([.. group.Items.Select(command)]))]);
    }

    public static ItemCommand FailOver(string item) => new StartFailover(item, null, ShutDownSource: true);

    public static ItemCommand Commit(string item) => new CommitFailover(item);

    /// <summary>Runs the plan until the job of a machine has begun, stops the plan there, and waits until that job has ended.</summary>
    public static async Task<Job> StopAtAsync(DrWorld world, RunRecoveryPlan run, string item)
    {
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = !progress.Job.EndsWith($".{item}", StringComparison.Ordinal) || held.Wait(DrWorld.Patience);
        var job = await world.Engine.SubmitAsync(run);
        var member = $"{job.Name}.{item}";
        await Waiting.UntilAsync(() => world.Engine.Jobs.Find(member) is not null);
        var stopped = await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        held.Set();
        world.Setup.OnProgress = _ => { };
        await world.Engine.WaitForJobAsync(member).WaitAsync(DrWorld.Patience);
        return stopped;
    }

    /// <summary>Where each machine runs: H or A.</summary>
    public static string Where(DrWorld world) => string.Concat(Names.Select(name =>
        world.Engine.Site(DrWorld.Azure).FindMachine(name)?.Power == PowerState.On ? 'A' : world.Engine.Site(DrWorld.Home).GetMachine(name).Power == PowerState.On ? 'H' : '-'));
}
