using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Engine.Tests;

/// <summary>What may happen while a comparison is about to be settled: it is settled in the end, and what is listed then is exact.</summary>
public sealed class TrustRaceTests
{
    [Fact]
    public async Task A_comparison_whose_spoilt_points_cannot_be_deleted_at_once_is_settled_at_the_next_look()
    {
        await using var world = await SuspectAsync();
        var failed = false;
        world.Setup.OnFile = (operation, path) =>
        {
            if (!failed && operation == FileOperation.Delete && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                failed = true;
                throw ErrorCatalogue.Exception("FileError", path, "test");
            }
        };
        Connect(world, true);
        await Waiting.UntilAsync(() => failed);
        await world.Engine.RuntimeOf(DrWorld.Item).Trust!.Comparing.WaitAsync(DrWorld.Patience);

        world.Engine.RuntimeOf(DrWorld.Item).Trust!.Scrub(1);

        await world.UntilTrustedAsync();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_comparison_whose_new_point_is_lost_makes_another()
    {
        await using var world = await SuspectAsync();
        var target = new MarkKeeper();
        world.Engine.DecorateTarget = (_, inner) => target.Over(inner);
        await world.Engine.RuntimeOf(DrWorld.Item).CloseReplicationAsync();
        world.Engine.RuntimeOf(DrWorld.Item).OpenReplication();
        Connect(world, true);
        await Waiting.UntilAsync(() => target.Kept || !world.Facts.ReplicaSuspect);

        world.Engine.RuntimeOf(DrWorld.Item).Session!.Synchronise(); // as another finding does, or a queue that overflows
        target.LetGo();

        await world.UntilTrustedAsync();
        Assert.True(target.Kept);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static async Task<DrWorld> SuspectAsync()
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [256 << 10, 128 << 10], State = new MemoryState() });
        world.Write(20);
        await world.PointAsync("before");
        Connect(world, false);
        Stranger.SwitchOn(world, "azure");
        Stranger.Write(Stranger.AzureDisk(world), 64 << 10);
        world.Write(20);
        await world.Engine.RefreshFabricAsync(DrWorld.Azure);
        Assert.True(world.Facts.ReplicaSuspect);
        return world;
    }

    /// <summary>Keeps the first mark until it is let go.</summary>
    private sealed class MarkKeeper : IReplicationTarget
    {
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IReplicationTarget? _target;

        public bool Kept { get; private set; }

        public MarkKeeper Over(IReplicationTarget target)
        {
            _target = target;
            return this;
        }

        public void LetGo() => _letGo.TrySetResult();

        public async ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
        {
            if (!Kept && records.Any(record => record.Kind == LogRecordKind.Mark))
            {
                Kept = true;
                await _letGo.Task.WaitAsync(cancellation);
                throw ErrorCatalogue.Exception("LinkDown", "source", "target");
            }

            return await _target!.ReceiveAsync(records, cancellation);
        }

        public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation) =>
            _target!.GetDigestsAsync(disk, blocks, cancellation);

        public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation) =>
            _target!.NextDataAsync(disk, firstBlock, cancellation);
    }

    private static void Connect(DrWorld world, bool connected) => world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected);
}
