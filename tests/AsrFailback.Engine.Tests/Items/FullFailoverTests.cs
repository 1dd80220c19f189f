using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>A failover to an older point while the target's disk is full: that point is the last thing to be given up.</summary>
public sealed class FullFailoverTests
{
    [Fact]
    [Requirement("FO-01")]
    public async Task The_oldest_point_is_not_given_up_while_a_failover_goes_to_it()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 512 << 10], State = new MemoryState() });
        world.Write(10);
        var oldest = (await world.PointAsync("oldest")).Id;
        var model = world.Model.Copy();
        for (var point = 0; point < 4; point++)
        {
            world.Write(10);
            await world.PointAsync($"{point}");
        }

        world.Write(10);
        await world.DrainAsync(); // acknowledged, and not applied yet
        var full = true;
        Fill(world, () => full);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var first = await world.TryAsync(new StartFailover(DrWorld.Item, oldest, ShutDownSource: false));
        full = false;
        if (first.State != JobState.Succeeded)
        {
            Assert.True(first.Error is { Temporary: true }, $"{first.Error}");
            await world.FailOverAsync(oldest);
        }

        world.AssertImages(DrWorld.Azure, model);
    }

    private static void Fill(DrWorld world, Func<bool> full)
    {
        var target = world.SiteRoot(DrWorld.Azure);
        world.Setup.IsFull = full;
        world.Setup.OnFile = (operation, path) =>
        {
            if (full() && (operation is FileOperation.Write or FileOperation.Create or FileOperation.SetLength) && path.StartsWith(target, StringComparison.Ordinal)
                && (path.EndsWith(".seg", StringComparison.Ordinal) || path.Contains(".vhd", StringComparison.Ordinal)))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        };
    }
}
