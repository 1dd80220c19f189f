using AsrFailback.Engine.Vaults;

namespace AsrFailback.Engine.Tests;

/// <summary>Somebody sets the clock by years: no job, point or entry expires, and the order stays. To see it fail: order jobs by their time.</summary>
public sealed class ClockJumpTests
{
    [Theory]
    [Requirement("FO-11")]
    [InlineData(3650)]
    [InlineData(-3650)]
    public async Task A_clock_that_jumps_while_a_job_runs_and_is_waited_for_expires_nothing(int days)
    {
        var (clock, jump) = (new ManualClock(), TimeSpan.FromDays(days));
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock, DiskBytes = [1 << 20] });
        var point = await world.PointAsync();
        using var held = new SemaphoreSlim(0);
        world.Setup.OnProgress = progress => _ = progress.Detail.Length > 0 || held.Wait(DrWorld.Patience);
        var job = await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "held"));
        var waiting = world.Engine.WaitForJobAsync(job.Name);

        clock.SetWallBy(jump);

        Assert.False(waiting.IsCompleted);
        Assert.Equal(job.Name, (await world.ItemAsync()).CurrentJob);
        world.Setup.OnProgress = _ => { };
        held.Release(100);
        Assert.Equal(JobState.Succeeded, (await waiting.WaitAsync(DrWorld.Patience)).State);
        Assert.Contains(point.Id, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(listed => listed.Id));

        clock.SetWallBy(-2 * jump);
        await world.RunAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy));
        await world.ReopenAsync();

        Assert.Equal(
            ["UpdateReplicationProtectedItem", "CreateRecoveryPoint", "CreateRecoveryPoint", "EnableDr", "AddFabric", "AddFabric"],
            (await world.Engine.GetJobsAsync()).Select(listed => listed.ScenarioName));
        Assert.Contains(point.Id, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(listed => listed.Id));
        var numbers = (await world.Engine.GetAuditEntriesAsync()).Select(entry => entry.Number).ToArray();
        Assert.Equal(numbers.OrderDescending(), numbers);
        await world.CloseAsync();
        Assert.DoesNotContain(VaultChecker.Check(world.VaultFolder, world.Options()).Findings, finding => finding.StartsWith("audit log", StringComparison.Ordinal));
    }
}
