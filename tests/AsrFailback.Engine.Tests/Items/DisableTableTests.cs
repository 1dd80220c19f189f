using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>Every row of the table of what disabling leaves, on real disks: what the preview says is there afterwards.</summary>
public sealed class DisableTableTests
{
    private static readonly Dictionary<string, Func<DrWorld, Task<MachineModel?>>> Beginnings = new()
    {
        ["an enabling that was stopped"] = EnablingStoppedAsync,
        ["a test failover exists"] = TestedAsync,
        ["a failover that was stopped once the sides changed"] = SwitchingStoppedAsync,
        ["a failover that was stopped once the machine was shut down"] = ShutDownStoppedAsync,
        ["a failback that was stopped once the machine was shut down"] = FailbackShutDownAsync,
        ["a failback was stopped while its data was sent"] = FailbackGivenUpAsync,
        ["protected"] = ProtectedAsync,
        ["protected, towards home"] = TowardsHomeAsync,
        ["a failover that waits for its commit"] = FailedOverAsync,
        ["committed away from home"] = CommittedAwayAsync,
        ["committed at home"] = CommittedAtHomeAsync,
    };

    // where the item stands | the preview, or the refusal
    public static TheoryData<string> Cases => Notation.Cases("""
        an enabling that was stopped                               | onprem runs, azure keeps Unfinished, 0 points lost
        a test failover exists                                     | TestFailoverExists
        a failover that was stopped once the sides changed         | onprem starts, azure keeps Unknown, 0 points lost
        a failover that was stopped once the machine was shut down | onprem starts, azure keeps Replica, 2 points lost
        a failback that was stopped once the machine was shut down | azure starts, onprem keeps Unfinished, 1 points lost
        a failback was stopped while its data was sent             | azure runs, onprem keeps Unfinished, 0 points lost
        protected                                                  | onprem runs, azure keeps Replica, 2 points lost
        protected, towards home                                    | azure runs, onprem keeps Replica, 1 points lost
        a failover that waits for its commit                       | WrongPhase
        committed away from home                                   | azure runs, onprem keeps Former, 0 points lost
        committed at home                                          | onprem runs, azure keeps Seed, 0 points lost
        """);

    [Theory]
    [Requirement("FO-11", "RP-08")]
    [MemberData(nameof(Cases))]
    public async Task What_the_preview_says_is_left(string line)
    {
        var (when, expected) = (Notation.Columns(line)[0], Notation.Columns(line)[1]);
        var home = when.StartsWith("a failback", StringComparison.Ordinal) ? FabricKind.HyperV : FabricKind.VMware;
        await using var world = await DrWorld.CreateAsync(home, setup: new WorldSetup { DiskBytes = [2 << 20, 1 << 20], State = new MemoryState() });
        var kept = await Beginnings[when](world);
        Assert.StartsWith(DisableTable.RowOf(world.Facts).When, when, StringComparison.Ordinal);

        var preview = await world.Engine.PreviewAsync(new DisableProtection(DrWorld.Item));
        if (preview.Leaves is not { } left)
        {
            Assert.Equal([expected], await world.RefusedAsync(new DisableProtection(DrWorld.Item)));
            return;
        }

        Assert.Equal(expected, $"{left.Runs} {(left.Starts ? "starts" : "runs")}, {left.Keeps} keeps {left.Disks}, {left.PointsLost} points lost");
        await world.RunAsync(new DisableProtection(DrWorld.Item));

        await AssertLeftAsync(world, left, kept);
    }

    [Fact]
    public void Every_row_is_tried_and_is_in_the_design()
    {
        var design = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "DESIGN.md"));

        Assert.All(DisableTable.Rows, row => Assert.Contains(row.When, Beginnings.Keys));
        Assert.All(DisableTable.Rows, row => Assert.Single(design, line =>
            line.StartsWith($"| {row.When} | {(row.Disks is null ? "refused" : row.Starts ? "started again" : "runs on")} | {(row.Disks is { } disks ? $"`{disks}`" : "")}", StringComparison.Ordinal)));
    }

    private static async Task AssertLeftAsync(DrWorld world, LeftByDisabling left, MachineModel? kept)
    {
        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
        Assert.Equal(PowerState.On, world.Power(left.Runs));
        world.AssertImages(left.Runs, world.Model);
        Assert.Equal(left.Disks == LeftDisks.Seed ? [] : [PowerState.Off], world.Inventory(left.Keeps).Machines.Select(machine => machine.Power));
        Assert.Equal(2, Directory.EnumerateFiles(world.SiteRoot(left.Keeps), Directory.EnumerateFiles(world.SiteRoot(left.Keeps), "*.vhd", SearchOption.AllDirectories).Any() ? "disk?.vhd" : "disk?-flat.vmdk", SearchOption.AllDirectories).Count());
        Assert.Empty(Directory.EnumerateFiles(world.Root, "redo.log", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(world.Root, "*.seg", SearchOption.AllDirectories));
        if (kept is not null)
        {
            AssertKept(world, left, kept);
        }
    }

    // Disks without a machine are read by making it again: the next protection begins from them.
    private static void AssertKept(DrWorld world, LeftByDisabling left, MachineModel kept)
    {
        if (left.Disks == LeftDisks.Seed)
        {
            world.Engine.Site(left.Keeps).EnsureMachine(world.Inventory(left.Runs).Machines.Single() with { Power = PowerState.Off });
        }

        world.AssertImages(left.Keeps, kept);
    }

    private static async Task<MachineModel?> EnablingStoppedAsync(DrWorld world)
    {
        world.Setup.OnFile = (_, path) => Fail(path.Contains("manifest-0.", StringComparison.Ordinal), path);
        var job = await world.TryAsync(DrWorld.Enable());
        world.Setup.OnFile = (_, _) => { };
        Assert.Equal(JobState.Failed, job.State);
        return null;
    }

    private static async Task<MachineModel?> ProtectedAsync(DrWorld world)
    {
        await world.RunAsync(DrWorld.Enable());
        world.Write(5);
        await world.PointAsync();
        world.Write(5);
        await world.DrainAsync();
        return world.Model.Copy();
    }

    private static async Task<MachineModel?> TestedAsync(DrWorld world)
    {
        await ProtectedAsync(world);
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        return null;
    }

    private static async Task<MachineModel?> SwitchingStoppedAsync(DrWorld world)
    {
        await ProtectedAsync(world);
        world.Setup.OnFile = (_, path) => Fail(path.Contains("divergence.map", StringComparison.Ordinal), path);
        var job = await world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        world.Setup.OnFile = (_, _) => { };
        Assert.Equal(JobState.Failed, job.State);
        return null;
    }

    // What the machine wrote last cannot be sent; somebody stops the job meanwhile.
    private static async Task<MachineModel?> ShutDownStoppedAsync(DrWorld world)
    {
        var replicated = await ProtectedAsync(world);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(3);
        using var sending = new ManualResetEventSlim();
        world.Setup.OnProgress = progress =>
        {
            if (progress.Detail == "Sending what the machine wrote last")
            {
                sending.Set();
            }
        };
        var job = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        Assert.True(sending.Wait(DrWorld.Patience));
        await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        world.Setup.OnProgress = _ => { };
        return replicated;
    }

    private static async Task<MachineModel?> FailedOverAsync(DrWorld world)
    {
        var former = await ProtectedAsync(world);
        await world.FailOverAsync(shutDown: true);
        world.Write(5);
        return former;
    }

    private static async Task<MachineModel?> CommittedAwayAsync(DrWorld world)
    {
        var former = await FailedOverAsync(world);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(5);
        return former;
    }

    private static async Task<MachineModel?> TowardsHomeAsync(DrWorld world)
    {
        await CommittedAwayAsync(world);
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write(5);
        await world.DrainAsync();
        return world.Model.Copy();
    }

    private static async Task<MachineModel?> CommittedAtHomeAsync(DrWorld world)
    {
        var seed = await TowardsHomeAsync(world);
        await world.MoveAsync();
        world.Write(5);
        return seed;
    }

    private static async Task<MachineModel?> FailbackGivenUpAsync(DrWorld world)
    {
        await CommittedAwayAsync(world);
        var waiting = await world.TryAsync(Fetch);
        await world.Engine.StopJobAsync(waiting.Name);
        return null;
    }

    // The sides cannot be changed, and nobody starts the job again.
    private static async Task<MachineModel?> FailbackShutDownAsync(DrWorld world)
    {
        await CommittedAwayAsync(world);
        world.Setup.OnProgress = progress =>
        {
            if (progress.Task == "Start failover")
            {
                world.Setup.OnStore = change => Fail(change.Contains("item", StringComparison.Ordinal), change);
            }
        };
        var job = await world.TryAsync(Fetch with { CompletesItself = true });
        (world.Setup.OnProgress, world.Setup.OnStore) = (_ => { }, _ => { });
        Assert.Equal(JobState.Failed, job.State);
        return null;
    }

    private static StartFailover Fetch => new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    private static void Fail(bool here, string path)
    {
        if (here)
        {
            throw ErrorCatalogue.Exception("FileMissing", path, "away for a moment");
        }
    }
}
