using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>The disk of the target is full: the machine goes on, and so does the replication once there is space.</summary>
public sealed class FullTargetTests
{
    private readonly ManualClock _clock = new();
    private volatile bool _full;

    [Fact]
    public async Task The_machine_never_waits_history_shrinks_and_replication_goes_on_by_itself_when_space_returns()
    {
        await using var world = await WorldWithPointsAsync();
        var session = world.Engine.RuntimeOf(DrWorld.Item).Session!;
        _full = true;
        world.Write(10);
        await _clock.UntilAsync(() => session.Status.Mode == ReplicationMode.Disconnected);

        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "TargetFull");
        Assert.Equal(["3", "4"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label));
        await AssertPointsAsync(world);
        var rpo = (await world.Engine.GetReplicationAsync(DrWorld.Item)).RpoSeconds;
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange((await world.Engine.GetReplicationAsync(DrWorld.Item)).RpoSeconds!.Value, rpo!.Value + 600, rpo.Value + 700);

        for (var count = 0; count < 9; count++)
        {
            world.Random.NextBytes(world.Model.Disks[0]);
            world.Engine.OpenMachine(DrWorld.Item).Write(0, 0, world.Model.Disks[0]);
        }

        // Also between two attempts and during them: nothing waits in a queue, and the bitmap knows what there is to do.
        for (var attempt = 0; attempt < 50; attempt++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
            var status = await world.Engine.GetReplicationAsync(DrWorld.Item);
            Assert.Equal(ReplicationMode.IntentOnly, status.Mode);
            Assert.Equal((64L << 20, DrWorld.Policy.MaxHistoryBytes), (status.QueueLimitBytes, status.HistoryLimitBytes));
            Assert.InRange(status.QueuedBytes, 0, 64); // the start of the next synchronisation
            Assert.InRange(status.DirtyBytes, 8 << 20, 12 << 20); // one disk, and what was written on the other
        }

        await AssertPointsAsync(world);
        _full = false;
        await _clock.UntilAsync(world.DrainAsync());

        Assert.Same(session, world.Engine.RuntimeOf(DrWorld.Item).Session);
        Assert.Equal(["HistoryShrunk"], (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        Assert.Equal(0, (await world.Engine.GetReplicationAsync(DrWorld.Item)).RpoSeconds);
        Models.Add((await world.PointAsync("after")).Id, world.Model.Copy());
        await AssertPointsAsync(world);
        await world.FailOverAsync(shutDown: true);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_vault_that_is_closed_and_opened_while_the_target_is_full_goes_on_when_space_returns()
    {
        await using var world = await WorldWithPointsAsync();
        _full = true;
        world.Write(10);
        await _clock.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.Disconnected);
        await world.CloseAsync();
        _full = false;
        world.Open();
        await _clock.UntilAsync(world.DrainAsync());

        await AssertPointsAsync(world);
        await world.FailOverAsync(shutDown: true);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_failover_while_the_target_is_full_works_or_works_once_there_is_space_and_is_exact()
    {
        await using var world = await WorldWithPointsAsync();
        await _clock.UntilAsync(world.DrainAsync());
        var received = world.Model.Copy();
        _full = true;
        world.Write(10);
        await _clock.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.Disconnected);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var first = await world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: false));
        Assert.True(first.State == JobState.Succeeded || first.Error is { Temporary: true }, $"{first.Error}");
        _full = false;
        if (first.State != JobState.Succeeded)
        {
            await world.FailOverAsync();
        }

        world.AssertImages(DrWorld.Azure, received);
    }

    [Fact]
    public async Task A_point_that_a_full_target_cannot_take_fails_instead_of_waiting_and_is_made_once_there_is_space()
    {
        await using var world = await WorldWithPointsAsync();
        await world.Engine.RuntimeOf(DrWorld.Item).Session!.WaitUntilInOrderAsync(CancellationToken.None).WaitAsync(DrWorld.Patience);
        _full = true;

        var job = await world.TryAsync(new CreateRecoveryPoint(DrWorld.Item, "full"));

        Assert.Equal(("TargetFull", true), (job.Error?.Id, job.Error?.Temporary));
        _full = false;
        await _clock.UntilAsync(world.DrainAsync());
        await world.Engine.RestartJobAsync(job.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Contains(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Label == "full");
    }

    [Fact]
    public async Task A_replication_that_ended_with_a_failed_flush_is_opened_again_by_itself()
    {
        await using var world = await WorldWithPointsAsync();
        var failing = true;
        world.Setup.OnFile = (operation, path) =>
        {
            if (Volatile.Read(ref failing) && operation == FileOperation.Flush && path.EndsWith("redo.log", StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("FlushFailed", path, "test");
            }
        };
        world.Write(10);
        await _clock.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).NeedsOpening);
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "FlushFailed");
        Volatile.Write(ref failing, false);

        await _clock.UntilAsync(() => !world.Engine.RuntimeOf(DrWorld.Item).NeedsOpening);

        await _clock.UntilAsync(world.DrainAsync());
        await AssertPointsAsync(world);
        Assert.Empty((await world.ItemAsync()).HealthErrors);
    }

    private Dictionary<Guid, MachineModel> Models { get; } = [];

    private async Task<DrWorld> WorldWithPointsAsync()
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = _clock });
        Models.Add((await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0].Id, world.Model.Copy());
        for (var point = 0; point < 5; point++)
        {
            world.Write(10);
            Models.Add((await world.PointAsync($"{point}")).Id, world.Model.Copy());
        }

        var target = world.SiteRoot(DrWorld.Azure);
        world.Setup.IsFull = () => _full;
        world.Setup.OnFile = (operation, path) =>
        {
            if (_full && (operation is FileOperation.Write or FileOperation.Create or FileOperation.SetLength) && path.StartsWith(target, StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        };
        return world;
    }

    private async Task AssertPointsAsync(DrWorld world)
    {
        // The clock may have gone far enough for an automatic point: what it must hold is not written down.
        foreach (var point in (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Where(point => Models.ContainsKey(point.Id)))
        {
            Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(Models[point.Id]));
        }
    }
}
