using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A machine at home was given a snapshot while it was away and wrote to it. To see it fail: leave out the merge in
/// <c>ReprotectOperation.DiscoverReplica</c>, or let <c>EmbeddedSite.EnsureDisk</c> not know of snapshots.
/// </summary>
public sealed class HomeSnapshotTests
{
    [Fact]
    [Requirement("RP-05")]
    public async Task A_snapshot_is_merged_by_a_reprotect_and_the_machine_comes_home()
    {
        await using var world = await AwayAsync();
        var before = world.Images(DrWorld.Home);
        var snapshot = Stranger.TakeSnapshot(world);
        var expected = DeltaImage.Over(before.Disks[0], await File.ReadAllBytesAsync(snapshot));
        byte[]? merged = null;
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Delete && path == snapshot)
            {
                merged ??= File.ReadAllBytes(Stranger.HomeDisk(world));
            }
        };

        await world.ReprotectAndMoveAsync(DrWorld.Home);

        Assert.Equal(expected, merged);
        Assert.False(File.Exists(snapshot));
        var machine = world.Inventory(DrWorld.Home).Machines.Single();
        Assert.Equal((0, "disk0.vmdk"), (machine.Snapshots, Path.GetFileName(machine.Disks[0].File)));
    }

    [Fact]
    [Requirement("RP-05")]
    public async Task A_snapshot_that_cannot_be_merged_fails_the_job_with_the_remedy_which_helps()
    {
        await using var world = await AwayAsync();
        var snapshot = Stranger.TakeSnapshot(world);
        var home = await File.ReadAllBytesAsync(Stranger.HomeDisk(world));
        var descriptor = Path.Combine(Path.GetDirectoryName(snapshot)!, "disk0.vmdk");
        await File.WriteAllTextAsync(descriptor, (await File.ReadAllTextAsync(descriptor)).Replace("\nCID=", "\nCID=0", StringComparison.Ordinal));

        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));

        Assert.Equal("SnapshotChainUnusable", failed.Error?.Id);
        Assert.Equal(home, await File.ReadAllBytesAsync(Stranger.HomeDisk(world)));
        Assert.True(File.Exists(snapshot));
        Directory.Delete(Path.GetDirectoryName(snapshot)!, recursive: true);
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    private static async Task<DrWorld> AwayAsync()
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [4 << 20, 1 << 20], State = new MemoryState() });
        world.Write(20);
        await world.PointAsync();
        await world.MoveAsync();
        world.Write(20);
        return world;
    }
}
