namespace AsrFailback.Engine.Tests;

/// <summary>A run of a plan that stands still in the job of one of its machines.</summary>
internal sealed class HeldRun : IAsyncDisposable
{
    private readonly DrWorld _world;
    private readonly ManualResetEventSlim _held = new();

    private HeldRun(DrWorld world) => _world = world;

    public Job Job { get; private set; } = null!;

    /// <summary>Begins the run, the whole plan's failover by default, and waits until the machine's job stands.</summary>
    public static async Task<HeldRun> BeginAsync(DrWorld world, string item, RunRecoveryPlan? run = null)
    {
        var held = new HeldRun(world);
        run ??= new RunRecoveryPlan(PlanWorld.Plan, [new PlannedGroup([PlanWorld.FailOver("db01")]), new PlannedGroup([PlanWorld.FailOver(DrWorld.Item), PlanWorld.FailOver("web02")])]);
        world.Setup.OnProgress = progress => _ = !progress.Job.EndsWith($".{item}", StringComparison.Ordinal) || held._held.Wait(DrWorld.Patience);
        held.Job = await world.Engine.SubmitAsync(run);
        await Waiting.UntilAsync(() => world.Engine.Jobs.Find($"{held.Job.Name}.{item}") is not null);
        return held;
    }

    public void LetGo()
    {
        _world.Setup.OnProgress = _ => { };
        _held.Set();
    }

    /// <summary>Lets it go on, and waits for its end.</summary>
    public Task<Job> EndAsync()
    {
        LetGo();
        return _world.Engine.WaitForJobAsync(Job.Name).WaitAsync(DrWorld.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _held.Dispose();
    }
}
