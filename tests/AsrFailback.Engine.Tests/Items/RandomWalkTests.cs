using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Random commands, outages and reopenings against a model that knows only the acknowledged writes and the points. After
/// every change of sides all bytes are compared. The seed is in the name of the case: the same walk can be repeated.
/// </summary>
public sealed class RandomWalkTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Wherever_a_walk_leads_every_byte_is_right(int seed)
    {
        var setup = new WorldSetup
        {
            DiskBytes = [2 << 20, (1 << 20) + 1536], Seed = seed, State = new MemoryState(), Policy = new ReplicationPolicy(TimeSpan.FromHours(1), 4, long.MaxValue),
        };
        await using var world = await DrWorld.ProtectedAsync(setup);
        var walk = new Walk(world, new Random(seed));
        await walk.RememberPointAsync();
        for (var step = 0; step < 25; step++)
        {
            await walk.StepAsync();
        }
    }

    private sealed class Walk(DrWorld world, Random random)
    {
        private readonly Dictionary<Guid, MachineModel> _points = [];
        private readonly List<string> _steps = [];

        private string Active => world.Facts.FabricOf(world.Facts.ActiveSide);

        private string Target => world.Facts.FabricOf(world.Facts.ActiveSide.Other());

        public async Task RememberPointAsync() => _points[(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1].Id] = world.Model.Copy();

        public async Task StepAsync()
        {
            Func<Task>[] possible = world.Facts.Phase switch
            {
                Phase.Protected => [WriteAsync, WriteAsync, PointAsync, ReopenAsync, FlapAsync, MoveAsync, LatestWithoutSourceAsync, OlderPointAsync, ReadPointsAsync],
                Phase.CommitPending => [WriteAsync, ReopenAsync, CommitAsync],
                _ => [WriteAsync, ReopenAsync, ReprotectAsync],
            };
            var step = possible[random.Next(possible.Length)];
            _steps.Add(step.Method.Name);
            await step();
            var wrong = world.Images(Active).DifferencesFrom(world.Model);
            Assert.True(wrong.Count == 0, $"{string.Join(", ", wrong)} after {string.Join(' ', _steps)}");
        }

        private Task WriteAsync()
        {
            world.Write(random.Next(1, 15));
            return Task.CompletedTask;
        }

        private async Task PointAsync()
        {
            await world.DrainAsync();
            await world.PointAsync();
            await RememberPointAsync();
        }

        private async Task ReopenAsync()
        {
            await world.ReopenAsync();
            if (world.Facts.Phase == Phase.Protected && random.Next(2) == 0)
            {
                await world.DrainAsync();
            }
        }

        // The link is down for a while; with luck the vault is closed meanwhile.
        private async Task FlapAsync()
        {
            world.Engine.SetSiteCondition(Target, reachable: true, connected: false);
            world.Write(5);
            if (random.Next(2) == 0)
            {
                await world.ReopenAsync();
            }

            world.Engine.SetSiteCondition(Target, reachable: true, connected: true);
            await world.DrainAsync();
        }

        private async Task MoveAsync()
        {
            await world.FailOverAsync(shutDown: true);
            _points.Clear();
        }

        private async Task LatestWithoutSourceAsync()
        {
            await world.DrainAsync();
            var received = world.Model.Copy();
            var (from, to) = (Active, Target);
            world.Engine.SetSiteCondition(to, reachable: true, connected: false);
            world.Write(random.Next(6));
            world.Engine.SetSiteCondition(from, reachable: false, connected: false);
            world.Engine.SetSiteCondition(to, reachable: true, connected: true);
            world.Model = received;
            await world.FailOverAsync();
            world.Engine.SetSiteCondition(from, reachable: true, connected: true);
            _points.Clear();
        }

        private async Task OlderPointAsync()
        {
            var points = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
            var chosen = points[random.Next(points.Count)];
            await world.FailOverAsync(chosen.Id, shutDown: random.Next(2) == 0);
            world.Model = _points[chosen.Id];
            _points.Clear();
        }

        private async Task ReadPointsAsync()
        {
            foreach (var point in await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))
            {
                Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(_points[point.Id]));
            }
        }

        private async Task CommitAsync() => await world.RunAsync(new CommitFailover(DrWorld.Item));

        private async Task ReprotectAsync()
        {
            await world.RunAsync(new Reprotect(DrWorld.Item));
            await RememberPointAsync();
        }
    }
}
