using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Between a failover and its commit the recovery point is changed (FO-07). To see it fail: open the machine's disks as they
/// are in <c>ItemRuntime.OpenMachine</c>, or leave <c>Commit</c> out of <c>RetentionJournal.Save</c>.
/// </summary>
public sealed class SwitchPointTests
{
    [Fact]
    [Requirement("FO-07", "FO-10")]
    public async Task The_point_is_changed_back_and_forth_as_often_as_one_likes_and_every_byte_is_that_of_the_point()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var points = await PointsAsync(world, 3);
        await world.FailOverAsync(points[1].Id, shutDown: true);
        foreach (var index in (int[])[0, 3, 1, 2, 0, 0, 3])
        {
            world.Model = points[index].Bytes.Copy();
            world.Write(); // lost
            if (index == 2)
            {
                await world.ReopenAsync();
            }

            await world.RunAsync(new SwitchRecoveryPoint(DrWorld.Item, index == 3 ? null : points[index].Id));

            world.AssertImages(DrWorld.Azure, points[index].Bytes);
            Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));
        }

        Assert.Equal(["0", "1", "2", "Latest"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).TakeLast(4).Select(point => point.Label));
    }

    [Fact]
    [Requirement("FO-07", "RP-02")]
    public async Task After_a_change_of_the_point_the_machine_comes_home_with_every_byte()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var points = await PointsAsync(world, 3);
        world.Model = await world.SourceDiesWithUnsentWritesAsync();
        await world.FailOverAsync(points[0].Id);
        world.HomeReturns();
        world.Write(10);
        await world.RunAsync(new SwitchRecoveryPoint(DrWorld.Item, points[2].Id));
        world.Model = points[2].Bytes.Copy();
        world.Write(10);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(10);

        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task While_it_runs_every_listed_point_can_be_read_exactly()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var points = await PointsAsync(world, 3);
        await world.FailOverAsync(shutDown: true);
        world.Write(100);

        Assert.All(points.SkipLast(1), point => Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id!.Value)).DifferencesFrom(point.Bytes)));
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_device_kept_from_before_the_change_writes_nothing_more()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        var old = world.Engine.OpenMachine(DrWorld.Item);
        var epoch = world.Facts.Epoch;

        await world.RunAsync(new SwitchRecoveryPoint(DrWorld.Item, null));

        Assert.Contains(Assert.Throws<AsrException>(() => old.Write(0, 0, new byte[512])).Error.Id, new[] { "WriteRefused", "MachineClosed" });
        Assert.True(world.Facts.Epoch > epoch);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task What_the_machine_wrote_since_is_told_before_and_in_the_result()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        var command = new SwitchRecoveryPoint(DrWorld.Item, null);
        Assert.DoesNotContain((await world.Engine.PreviewAsync(command)).Checks, check => check.Finding?.Id == "WritesGivenUp");
        world.Write(7);

        var preview = await world.Engine.PreviewAsync(command);
        var job = await world.RunAsync(command);

        Assert.Contains("7 writes", preview.Checks.Single(check => check.Finding?.Id == "WritesGivenUp").Finding!.Message, StringComparison.Ordinal);
        Assert.Contains(job.Warnings, warning => warning.Id == "WritesGivenUp");
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task After_the_commit_the_points_are_gone_and_the_machine_writes_on()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await PointsAsync(world, 2);
        await world.FailOverAsync(shutDown: true);
        world.Write();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();

        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Contains("WrongPhase", await world.RefusedAsync(new SwitchRecoveryPoint(DrWorld.Item, null)));
        Assert.Empty(Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.seg", SearchOption.AllDirectories));
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_point_that_is_not_there_is_refused_and_nothing_changes()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        var before = world.Fingerprint();

        Assert.Equal(["PointNotFound"], await world.RefusedAsync(new SwitchRecoveryPoint(DrWorld.Item, Guid.NewGuid())));

        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task The_machine_writes_on_when_the_target_is_full_and_its_points_are_given_up_for_good()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await PointsAsync(world, 3);
        await world.FailOverAsync(shutDown: true);
        var full = true;
        world.Setup.IsFull = () => full;
        world.Setup.OnFile = (operation, path) =>
        {
            if (full && operation == FileOperation.Write && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        };

        world.Write(100);

        world.AssertImages(DrWorld.Azure, world.Model);
        full = false;
        world.Write(5);
        await LostAsync(world);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task The_points_are_given_up_when_the_history_outgrows_its_limit_and_not_before()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Policy = DrWorld.Policy with { MaxHistoryBytes = 1 << 20 } });
        await world.FailOverAsync(shutDown: true);
        world.Engine.OpenMachine(DrWorld.Item).Write(0, 0, world.Model.Disks[0].AsSpan(0, 512 << 10));
        Assert.True(world.Facts.PointsKept);

        world.Write(200);

        await LostAsync(world);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task Damage_that_is_found_at_the_opening_keeps_no_machine_from_running()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await PointsAsync(world, 2);
        await world.FailOverAsync(shutDown: true);
        world.Write();
        await world.CloseAsync();
        File.WriteAllBytes(Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "redo.log", SearchOption.AllDirectories).Single(), new byte[8192]);

        world.Open();

        world.Write();
        await LostAsync(world);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task History_that_rots_while_the_machine_runs_is_found_before_it_is_stopped()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        world.Write();
        var segment = Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.seg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        using (var file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Seek(5000, SeekOrigin.Begin);
            file.Write(new byte[64]);
        }

        var job = await world.TryAsync(new SwitchRecoveryPoint(DrWorld.Item, null));

        Assert.Equal("PointDamaged", job.Error?.Id);
        Assert.False(world.Facts.Switching);
        world.Write();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task What_somebody_else_wrote_into_the_images_costs_the_points()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        await world.CloseAsync();
        var image = Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.vhd", SearchOption.AllDirectories).First();
        File.SetLastWriteTimeUtc(image, File.GetLastWriteTimeUtc(image).AddSeconds(1));

        world.Open();

        await LostAsync(world);
    }

    private static async Task LostAsync(DrWorld world)
    {
        Assert.Equal(["PointsLost"], await world.RefusedAsync(new SwitchRecoveryPoint(DrWorld.Item, null)));
        Assert.Equal(["PointsLost"], await world.RefusedAsync(new CancelFailover(DrWorld.Item)));
        await world.ReopenAsync();
        Assert.Equal(["PointsLost"], await world.RefusedAsync(new SwitchRecoveryPoint(DrWorld.Item, null)));
        var item = await world.ItemAsync();
        Assert.Contains(item.HealthErrors, error => error.Id == "PointsLost");
        Assert.Equal("Commit", string.Join(' ', item.AllowedOperations));
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(3);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    // Points with writes before and after each; the last is the latest.
    private static async Task<(Guid? Id, MachineModel Bytes)[]> PointsAsync(DrWorld world, int count)
    {
        var points = new List<(Guid?, MachineModel)>();
        for (var point = 0; point < count; point++)
        {
            world.Write();
            points.Add(((await world.PointAsync($"{point}")).Id, world.Model.Copy()));
        }

        world.Write();
        await world.DrainAsync();
        return [.. points, (null, world.Model.Copy())];
    }
}
