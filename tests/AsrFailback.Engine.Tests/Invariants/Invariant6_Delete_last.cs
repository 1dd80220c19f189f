using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Nothing that could be needed for going back is removed before the commit is durable. To see it fail, move the change
/// of the phase in <c>CommitOperation.Commit</c> behind the removal.
/// </summary>
public sealed class Invariant6_Delete_last
{
    [Theory]
    [Requirement("FO-07", "FB-04")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_first_file_is_deleted_the_stored_item_already_says_committed(bool failback)
    {
        await using var world = await DrWorld.ProtectedAsync();
        if (failback)
        {
            await world.MoveAsync();
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }

        world.Write();
        await world.PointAsync();
        await world.FailOverAsync(shutDown: true);
        var deletions = new List<(string Path, bool Committed)>();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Delete && File.Exists(path) && IsNeededForGoingBack(path))
            {
                deletions.Add((path, StoredItem(world).Contains("\"phase\":\"Committed\"", StringComparison.Ordinal)));
            }
        };

        await world.RunAsync(new CommitFailover(DrWorld.Item));

        Assert.Contains(deletions, deletion => deletion.Path.EndsWith(".seg", StringComparison.Ordinal));
        Assert.Equal(failback, deletions.Any(deletion => deletion.Path.EndsWith(Path.Combine(DrWorld.Azure, "machines", "web01.json"), StringComparison.Ordinal)));
        Assert.All(deletions, deletion => Assert.True(deletion.Committed, $"{deletion.Path} was deleted before the commit was stored"));
    }

    [Theory]
    [Requirement("FO-07")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Until_the_commit_a_failover_deletes_no_point_no_disk_and_no_machine(bool failback)
    {
        await using var world = await DrWorld.ProtectedAsync();
        if (failback)
        {
            await world.MoveAsync();
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }

        world.Write();
        await world.PointAsync();
        var deletions = new List<string>();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Delete && File.Exists(path) && IsNeededForGoingBack(path))
            {
                deletions.Add(path);
            }
        };

        await world.FailOverAsync(shutDown: true);

        Assert.Empty(deletions);
    }

    [Fact]
    [Requirement("FB-04")]
    public async Task The_disks_in_Azure_are_kept_from_the_failback_to_the_next_point_in_Azure()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        var deletions = new List<string>();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Delete && path.EndsWith(".vhd", StringComparison.Ordinal))
            {
                deletions.Add(path);
            }
        };

        await world.ReprotectAndMoveAsync(DrWorld.Home);
        await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Empty(deletions);
        Assert.NotEmpty(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item));
    }

    private static bool IsNeededForGoingBack(string path) =>
        path.EndsWith(".seg", StringComparison.Ordinal) || path.EndsWith("redo.log", StringComparison.Ordinal)
        || path.EndsWith(".vhd", StringComparison.Ordinal) || path.EndsWith(".vmdk", StringComparison.Ordinal)
        || path.EndsWith(Path.Combine("machines", "web01.json"), StringComparison.Ordinal);

    private static string StoredItem(DrWorld world) => world.Documents().Single(document => document.Kind == "item").Json;
}
