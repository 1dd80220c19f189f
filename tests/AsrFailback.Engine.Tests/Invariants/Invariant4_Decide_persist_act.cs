using Xunit.Abstractions;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A task is recorded before its first side effect and may be repeated. Every flow is stopped at every file and state
/// change, or at some of them where flows share most of their way, as if the process had died there; the vault is opened again, sometimes stopped once more while it
/// recovers, and the job must finish and every byte must be right, also after the way goes on.
/// To see it fail: leave out the <c>Save</c> of an ended task in <c>JobRunner.RunAsync</c>, or create the old disks anew in
/// <c>ReprotectOperation.DiscoverReplica</c> before it is recorded that everything has to be compared.
/// </summary>
public sealed class Invariant4_Decide_persist_act(ITestOutputHelper output)
{
    /// <summary>A call is failed at every so many operations; every operation is stopped at.</summary>
    private static readonly int FailEvery = Scale.IsLong ? 1 : 5;

    public static TheoryData<string> Flows => [.. InterruptedFlow.All.Keys];

    [Theory]
    [Requirement("FO-11")]
    [MemberData(nameof(Flows))]
    public async Task An_operation_stopped_anywhere_is_finished_by_the_next_opening(string name)
    {
        var flow = InterruptedFlow.All[name];
        await using var beginning = await BeginAsync(flow);
        var (operations, epoch) = await CountAsync(flow, beginning);
        flow = flow with { Epoch = epoch };
        var violations = new List<string>();
        var (stops, failures) = (0, 0);
        for (var place = 1L; place <= operations; place += Scale.IsLong ? 1 : flow.Every)
        {
            stops++;
            await LookAsync(place, second: place % 3 == 1 ? 1 + (place * 7 % 40) : 0, once: false);
            if (place % FailEvery == 0)
            {
                failures++;
                await LookAsync(place, second: 0, once: true);
            }
        }

        output.WriteLine($"{name}: stopped at {stops} of {operations} operations, failed at {failures}");
        Assert.True(stops > 10 && violations.Count == 0, string.Join(Environment.NewLine, violations));

        async Task LookAsync(long place, long second, bool once)
        {
            if (await TrySampleAsync(flow, beginning, place, second, once) is { } violation)
            {
                violations.Add($"{(once ? "failed" : "stopped")} at {place} of {operations}, then at {second}");
                output.WriteLine($"{violations[^1]}: {violation}");
            }
        }
    }

    // flow | the file at whose n-th operation everything stops
    [Theory]
    [InlineData("enable", "redo.log")]
    [InlineData("reprotect", "redo.log")]
    [InlineData("enable", "manifest-0.digests")]
    [InlineData("enable", "intent.map.tmp")]
    public async Task A_file_of_ours_that_was_only_half_created_is_created_again(string name, string file)
    {
        var flow = InterruptedFlow.All[name];
        await using var beginning = await BeginAsync(flow);
        var violations = new List<string>();
        for (var place = 1; place <= 4; place++)
        {
            if (await TrySampleAsync(flow, beginning, place, second: 0, once: false, file) is { } violation)
            {
                violations.Add($"stopped at operation {place} on {file}");
                output.WriteLine($"{violations[^1]}: {violation}");
            }
        }

        Assert.Empty(violations);
    }

    // The world at the beginning of a flow, left behind as a process that died leaves it.
    private static async Task<DrWorld> BeginAsync(InterruptedFlow flow)
    {
        var interruption = new Interruption();
        var world = await flow.CreateWorldAsync(WorldSetup.With(interruption));
        await flow.Prepare(world);
        interruption.StopAt(1);
        await world.AbandonAsync();
        return world;
    }

    private static DrWorld Clone(DrWorld beginning, Interruption interruption) =>
        beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));

    // How many operations there are, and the epoch that the flow leads to when nothing stops it.
    private static async Task<(long Operations, long Epoch)> CountAsync(InterruptedFlow flow, DrWorld beginning)
    {
        var interruption = new Interruption();
        await using var world = Clone(beginning, interruption);
        world.Open();
        var command = flow.Command(world);
        await ReadyAsync(world, command);
        interruption.Disarm();
        await world.RunAsync(command);
        return (interruption.Count, world.Facts.Epoch);
    }

    private static async Task<string?> TrySampleAsync(InterruptedFlow flow, DrWorld beginning, long place, long second, bool once, string file = "")
    {
        try
        {
            await SampleAsync(flow, beginning, place, second, once, file);
            return null;
        }
        catch (Exception violation)
        {
            return violation.ToString();
        }
    }

    private static async Task SampleAsync(InterruptedFlow flow, DrWorld beginning, long place, long second, bool once, string file)
    {
        var interruption = new Interruption { Only = file };
        await using var world = Clone(beginning, interruption);
        world.Open();
        var command = flow.Command(world);
        await ReadyAsync(world, command);
        (once ? (Action<long>)interruption.FailAt : interruption.StopAt)(place);
        await Record.ExceptionAsync(() => SubmitAsync(world, command));
        await LeaveAsync(world, interruption, once);
        if (second > 0)
        {
            interruption.StopAt(second);
            await Record.ExceptionAsync(async () =>
            {
                world.Open();
                await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience);
            });
            await LeaveAsync(world, interruption, once: false);
        }

        world.Open();
        world.Engine.RestartFailedJobs();
        await ReadyAsync(world, command);
        var job = await SubmitAsync(world, command);
        Assert.True(job.State == JobState.Succeeded, $"{job.State}: {job.Error}");
        Assert.Equal(flow.Phase, world.Facts.Phase);
        Assert.Equal(PowerState.On, world.Power(flow.Side));
        Assert.Equal(flow.Epoch ?? world.Facts.Epoch, world.Facts.Epoch);
        world.AssertImages(flow.Side, world.Model);
        await flow.GoOn(world);
        await AuditProof.AssertAsync(world, mostRepeats: second > 0 ? 2 : 1);
    }

    // A point is refused until the replication follows in order, as it does a moment after the opening.
    private static async Task ReadyAsync(DrWorld world, FailbackCommand command)
    {
        if (command is CreateRecoveryPoint)
        {
            await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session?.Status.Mode == ReplicationMode.InOrder);
        }
    }

    // The same name each time: a job that was recorded is continued, one that was not is recorded now.
    private static async Task<Job> SubmitAsync(DrWorld world, FailbackCommand command)
    {
        await world.Engine.SubmitAsync(command, "job-1");
        return await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience);
    }

    // Closing after a failure may fail too, but it has to let the vault go.
    private static async Task LeaveAsync(DrWorld world, Interruption interruption, bool once)
    {
        if (once)
        {
            await Record.ExceptionAsync(world.CloseAsync);
        }
        else
        {
            await world.AbandonAsync();
        }

        interruption.Disarm();
    }
}
