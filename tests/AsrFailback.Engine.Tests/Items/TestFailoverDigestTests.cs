using System.Security.Cryptography;

namespace AsrFailback.Engine.Tests;

/// <summary>A test failover shows by digests, before and after, that it changed neither production nor the replica (FO-01).</summary>
public sealed class TestFailoverDigestTests
{
    [Fact]
    [Requirement("FO-01")]
    public async Task Both_jobs_tell_what_every_disk_holds()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var point = await world.PointAsync();
        var atPoint = Digests(world.Model);
        world.Write();
        await world.DrainAsync();
        var now = Digests(world.Model);

        var begun = await world.RunAsync(new StartTestFailover(DrWorld.Item, point.Id, null));
        WriteTestMachine(world);
        var ended = await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.Equal([.. Named(DigestPlace.Production, now), .. Named(DigestPlace.Replica, atPoint)], begun.Digests.Select(digest => (digest.Place, digest.Disk, digest.Before)));
        Assert.Equal(begun.Digests.Select(digest => digest.Before), ended.Digests.Select(digest => digest.After));
        Assert.All(ended.Digests, digest => Assert.Equal((false, false), (digest.Written, digest.Disturbed)));
        Assert.Equal(ended.Digests, (await world.Engine.GetJobAsync(ended.Name))!.Digests);
    }

    [Theory]
    [Requirement("FO-01")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Production_that_writes_on_is_no_difference_and_its_replica_holds_the_point_all_the_same(bool reopened)
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        world.Write();
        if (reopened)
        {
            await world.ReopenAsync();
        }

        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session?.Status.Mode == ReplicationMode.InOrder);
        var ended = await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.All(ended.Digests, digest => Assert.Equal((digest.Place == DigestPlace.Production, false), (digest.Written, digest.Disturbed)));
        Assert.Contains(ended.Digests, digest => digest.Place == DigestPlace.Production && digest.Before != digest.After);
        Assert.All(ended.Digests.Where(digest => digest.Place == DigestPlace.Replica), digest => Assert.Equal(digest.Before, digest.After));
    }

    // the image that somebody writes during the test | the disks that are told
    [Theory]
    [Requirement("FO-01", "RP-04")]
    [InlineData("home", "Production: disk0")]
    [InlineData("azure", "Replica: disk0")]
    [InlineData("home azure", "Production: disk0, Replica: disk0")]
    public async Task A_difference_fails_the_clean_up_which_names_the_disk_and_has_cleaned_up(string images, string told)
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        foreach (var image in images.Split(' '))
        {
            Stranger.Write(image == "home" ? Stranger.HomeDisk(world) : Stranger.AzureDisk(world), offset: 1 << 20);
        }

        var job = await world.TryAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.Equal((JobState.Failed, "TestFailoverDisturbed"), (job.State, job.Error?.Id));
        Assert.EndsWith($": {told}.", job.Error!.Message, StringComparison.Ordinal);
        Assert.Null(world.Facts.TestFailover);
        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Azure).Machines.Select(machine => machine.Name));
    }

    [Fact]
    [Requirement("FO-01", "RP-04")]
    public async Task A_replica_that_was_written_during_the_test_is_made_whole_again()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        Stranger.Write(Stranger.AzureDisk(world), offset: 1 << 20);
        await world.TryAsync(new CleanUpTestFailover(DrWorld.Item));
        Assert.True(world.Facts.ReplicaSuspect);

        await world.ReopenAsync();
        await world.UntilTrustedAsync();
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    // whether the start, and the clean-up, is told not to read
    [Theory]
    [Requirement("FO-01")]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Who_is_in_a_hurry_reads_nothing_and_finds_nothing(bool atStart, bool atEnd)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { State = new MemoryState() });
        await world.DrainAsync();
        var begun = await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null) { SkipDigest = atStart });
        Stranger.Write(Stranger.HomeDisk(world), offset: 1 << 20);

        var ended = await world.RunAsync(new CleanUpTestFailover(DrWorld.Item) { SkipDigest = atEnd });

        Assert.Equal((atStart ? 0 : 4, 0), (begun.Digests.Count, ended.Digests.Count));
    }

    [Fact]
    [Requirement("FO-01", "FO-03")]
    public async Task Without_production_only_the_replica_is_compared_and_that_is_told()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var begun = await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        var ended = await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.Single(begun.Warnings, warning => warning.Id == "DigestMissing");
        Assert.Equal([null, null], begun.Digests.Where(digest => digest.Place == DigestPlace.Production).Select(digest => digest.Before));
        Assert.Equal(Digests(world.Model), ended.Digests.Where(digest => digest.Place == DigestPlace.Replica).Select(digest => digest.After));
    }

    private static IEnumerable<(DigestPlace Place, string Disk, string? Digest)> Named(DigestPlace place, string[] digests) =>
        digests.Select((digest, index) => (place, $"disk{index}", (string?)digest));

    private static string[] Digests(MachineModel model) => [.. model.Disks.Select(disk => Convert.ToHexStringLower(SHA256.HashData(disk)))];

    private static void WriteTestMachine(DrWorld world)
    {
        foreach (var disk in world.Engine.OpenTestMachine(DrWorld.Item))
        {
            disk.Write(65_536, new byte[8192]);
            disk.Dispose();
        }
    }
}
