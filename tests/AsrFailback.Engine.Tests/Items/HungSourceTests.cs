using AsrFailback.Core.Protection;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A source that does not shut down does not hold a failover up (FO-03). To see it fail: wait for <c>Flush</c> without a limit
/// in <c>FailoverOperation.ShutDownSource</c>, or let the hung machine go by <c>AbandonMachine</c>.
/// </summary>
public sealed class HungSourceTests
{
    [Theory]
    [Requirement("FO-03")]
    [InlineData(FileOperation.Flush)]
    [InlineData(FileOperation.Write)]
    public async Task A_failover_goes_on_without_a_source_that_hangs_and_says_what_is_lost(FileOperation hanging)
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        var received = world.Model.Copy();
        using var hangs = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == hanging && path.StartsWith(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores"), StringComparison.Ordinal))
            {
                hangs.Set();
                goOn.Wait(DrWorld.Patience);
            }
        };
        var old = world.Engine.OpenMachine(DrWorld.Item);
        Task write = hanging == FileOperation.Write
            ? Task.Factory.StartNew(() => Record.Exception(() => old.Write(0, 0, new byte[512])), TaskCreationOptions.LongRunning)
            : Task.CompletedTask;
        Assert.True(hanging == FileOperation.Flush || await Task.Run(() => hangs.Wait(DrWorld.Patience)));

        var job = await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true) { ShutdownTimeout = StartFailover.MinShutdownTimeout });

        Assert.Contains("seconds of work and", Assert.Single(job.Warnings, warning => warning.Id == "SourceHangs").Message, StringComparison.Ordinal);
        Assert.Equal((Phase.CommitPending, PowerState.On, PowerState.Off), (world.Facts.Phase, world.Power(DrWorld.Azure), world.Power(DrWorld.Home)));
        world.AssertImages(DrWorld.Azure, received);
        goOn.Set();
        await write.WaitAsync(DrWorld.Patience);
        world.Setup.OnFile = (_, _) => { };
        Assert.Contains(Assert.Throws<AsrException>(() => old.Write(0, 0, new byte[512])).Error.Id, new[] { "WriteRefused", "MachineClosed" });
        world.Model = received;
        world.Write(5);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task What_would_be_lost_is_told_in_seconds_and_writes_before_the_start()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(7);
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.Disconnected);

        var preview = await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: false));

        Assert.Contains("and 7 writes", preview.Checks.Single(check => check.Finding?.Id == "LossExpected").Finding!.Message, StringComparison.Ordinal);
    }
}
