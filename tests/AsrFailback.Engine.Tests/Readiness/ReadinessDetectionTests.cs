namespace AsrFailback.Engine.Tests;

/// <summary>What changes at home after replication turned there: seen in time, told with its remedy, harmless to the bytes.</summary>
public sealed class ReadinessDetectionTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // what somebody does at home | the errors it shows as
    private const string Changes = """
        home/web01:snapshots=1                                                     | SnapshotsAppeared
        home/web01:disks.1.file=datastores/datastore1/web01/gone.vmdk              | ReplicaDiskMissing
        home:datastores.0.name=datastore9                                          | DisksMoved
        home:masterTargets.0.datastore=datastore2                                  | MasterTargetMoved
        home:masterTargets.0.hasSnapshots=true                                     | MasterTargetSnapshots
        home:masterTargets.0.name=mt05                                             | NoMasterTarget
        home:datastores.0-                                                         | DisksMoved
        home/web01:-                                                               | MachineNotFound
        home/web01:>web09                                                          | ReplicaRenamed
        home/web01:snapshots=1 home:masterTargets.0.hasSnapshots=true              | SnapshotsAppeared MasterTargetSnapshots
        """;

    public static TheoryData<bool> Looks => [true, false];

    [Theory]
    [Requirement("RP-05", "MT-03", "MT-06", "MT-11", "FB-08")]
    [MemberData(nameof(Looks))]
    public async Task What_changes_at_home_is_seen_with_its_remedy_and_goes_when_it_is_mended(bool refresh)
    {
        var clock = new ManualClock();
        await using var world = await ReplicatingHomeAsync(clock);
        var mistakes = new List<string>();
        foreach (var columns in Notation.Lines(Changes).Select(Notation.Columns))
        {
            using (new WorldEdit(world, Notation.Words(columns[0])))
            {
                await LookAsync(world, clock, refresh);
                var seen = string.Join(' ', (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
                mistakes.AddRange(seen == columns[1] ? [] : [$"{columns[0]}: {seen}, not {columns[1]}"]);
                Assert.All((await world.ItemAsync()).HealthErrors, error => Assert.NotEqual("", error.RecommendedAction));
            }

            await LookAsync(world, clock, refresh);
            mistakes.AddRange((await world.ItemAsync()).HealthErrors.Select(error => $"{columns[0]}: {error} stays"));
        }

        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
    }

    [Theory]
    [Requirement("RP-02")]
    [InlineData("home:datastores.0.accessible=false")]
    [InlineData("home:datastores.0.hosts=[\"esxi02\"]")]
    public async Task A_datastore_that_is_gone_is_told_once_however_many_disks_lie_on_it(string edit)
    {
        var clock = new ManualClock();
        await using var world = await ReplicatingHomeAsync(clock);
        WorldEdit.Make(world, edit);

        await LookAsync(world, clock, refresh: false);

        Assert.Equal(["DatastoreNotAccessible"], (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
    }

    [Theory]
    [Requirement("RP-04")]
    [MemberData(nameof(Looks))]
    public async Task A_replica_that_was_switched_on_is_reported_switched_off_and_compared(bool refresh)
    {
        var clock = new ManualClock();
        await using var world = await ReplicatingHomeAsync(clock);
        SwitchOnAndWrite(world, 64 << 10);

        await LookAsync(world, clock, refresh);

        await world.UntilTrustedAsync();
        var error = Assert.Single((await world.ItemAsync()).HealthErrors);
        Assert.Equal("HomeMachinePoweredOn", error.Id);
        Assert.NotEqual("", error.RecommendedAction);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        await ComesHomeByteExactAsync(world);
        await LookAsync(world, clock, refresh);
        Assert.Empty((await world.ItemAsync()).HealthErrors);
    }

    [Theory]
    [Requirement("RP-04")]
    [MemberData(nameof(Looks))]
    public async Task A_replica_that_is_switched_on_once_more_is_compared_once_more(bool refresh)
    {
        var clock = new ManualClock();
        await using var world = await ReplicatingHomeAsync(clock);
        SwitchOnAndWrite(world, 64 << 10);
        await LookAsync(world, clock, refresh);
        await world.DrainAsync();
        SwitchOnAndWrite(world, 128 << 10);

        await LookAsync(world, clock, refresh);

        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        await ComesHomeByteExactAsync(world);
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task A_replica_that_nobody_saw_running_before_the_failback_does_not_spoil_it()
    {
        await using var world = await ReplicatingHomeAsync(new ManualClock());
        SwitchOnAndWrite(world, 64 << 10);

        Assert.Equal(["ReplicaRuns"], await world.RefusedAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true)));
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        await ComesHomeByteExactAsync(world);
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task A_point_from_before_the_replica_ran_is_not_offered_any_more()
    {
        var clock = new ManualClock();
        await using var world = await ReplicatingHomeAsync(clock);
        var before = await world.PointAsync("before");
        SwitchOnAndWrite(world, 64 << 10);
        await LookAsync(world, clock, refresh: true);
        await world.UntilTrustedAsync();

        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Id == before.Id);
        await ComesHomeByteExactAsync(world);
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task A_replica_that_ran_while_the_vault_was_closed_is_reported_and_compared()
    {
        await using var world = await ReplicatingHomeAsync(new ManualClock());
        await world.CloseAsync();
        SwitchOnAndWrite(world, 64 << 10);
        world.Open();

        await world.UntilTrustedAsync();
        Assert.Equal(["HomeMachinePoweredOn"], (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        await ComesHomeByteExactAsync(world);
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task Before_the_reprotect_a_home_machine_that_was_switched_on_is_warned_of_and_switched_off()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock);
        await world.MoveAsync();
        WorldEdit.Make(world, "home/web01/state:power=On");
        Assert.Equal(["HomeMachineOff:Warning"], Findings.Words(await Findings.OfAsync(world, new Reprotect(DrWorld.Item))));

        await LookAsync(world, clock, refresh: true);

        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        Assert.Empty(await Findings.OfAsync(world, new Reprotect(DrWorld.Item)));
    }

    private static async Task<DrWorld> WorldAsync(ManualClock clock) => await DrWorld.ProtectedAsync(new WorldSetup
    {
        DiskBytes = [256 << 10, 128 << 10],
        State = new MemoryState(),
        Clock = clock,
        Adjust = options => options with { HealthInterval = Interval, BackupInterval = TimeSpan.MaxValue },
    });

    private static async Task<DrWorld> ReplicatingHomeAsync(ManualClock clock, string edits = "")
    {
        var world = await WorldAsync(clock);
        WorldEdit.Make(world, edits);
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write(4);
        await world.DrainAsync();
        return world;
    }

    // As a guest that was started by somebody would: power and bytes, past the engine.
    private static void SwitchOnAndWrite(DrWorld world, long offset)
    {
        WorldEdit.Make(world, "home/web01/state:power=On");
        using var image = File.OpenHandle(
            Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", "datastore1", DrWorld.Item, "disk0-flat.vmdk"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(image, Enumerable.Repeat((byte)0x5a, 4096).ToArray(), offset);
    }

    private static async Task LookAsync(DrWorld world, ManualClock clock, bool refresh)
    {
        if (refresh)
        {
            await world.Engine.RefreshFabricAsync(DrWorld.Home);
        }
        else
        {
            clock.Advance(Interval);
        }
    }

    private static async Task ComesHomeByteExactAsync(DrWorld world)
    {
        await world.UntilTrustedAsync();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }
}
