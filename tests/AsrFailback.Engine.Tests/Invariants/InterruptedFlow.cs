using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>One operation that is interrupted again and again, each time from the same beginning.</summary>
/// <param name="Prepare">Brings a new world to the beginning.</param>
/// <param name="Command">The operation; it may need what the world holds at the beginning.</param>
/// <param name="Phase">The phase it leads to.</param>
/// <param name="Side">The fabric whose disks hold the model afterwards.</param>
/// <param name="GoOn">Steps after the operation that would show forgotten knowledge; they compare bytes too.</param>
internal sealed partial record InterruptedFlow(
    Func<DrWorld, Task> Prepare, Func<DrWorld, FailbackCommand> Command, Phase Phase, string Side, Func<DrWorld, Task> GoOn)
{
    private const string Label = "chosen";

    /// <summary>Kind of the other site.</summary>
    public FabricKind Recovery { get; init; } = FabricKind.Azure;

    /// <summary>A new world of these sites.</summary>
    public Task<DrWorld> CreateWorldAsync(WorldSetup setup) => DrWorld.CreateAsync(Home, Recovery, setup);

    /// <summary>It is stopped at every so many operations, because another flow is stopped at each of nearly the same.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The epoch it leads to, however often it is interrupted; null where that was not looked at.</summary>
    public long? Epoch { get; init; }

    /// <summary>The kind of the home site.</summary>
    public FabricKind Home { get; init; } = FabricKind.VMware;

    public static IReadOnlyDictionary<string, InterruptedFlow> All { get; } = new Dictionary<string, InterruptedFlow>
    {
        ["enable"] = new(_ => Task.CompletedTask, _ => DrWorld.Enable(), Phase.Protected, DrWorld.Home, MoveToAzureAsync),
        ["enable, encrypted cloud"] = new(IssuedAsync, _ => DrWorld.Enable(), Phase.Protected, DrWorld.Home, MoveEncryptedAsync) { Home = FabricKind.Vmm },
        ["failover, encrypted cloud"] = new(EncryptedWithWritesAsync, EncryptedFailover, Phase.CommitPending, DrWorld.Azure, CommitAsync) { Home = FabricKind.Vmm },
        ["another certificate of a cloud"] = new(EncryptedWithWritesAsync, _ => EncryptedCloud.Issue(), Phase.Protected, DrWorld.Home, MoveEncryptedAsync) { Home = FabricKind.Vmm },
        ["replication round"] = new(ProtectedWithWritesAsync, _ => new CreateRecoveryPoint(DrWorld.Item, Label), Phase.Protected, DrWorld.Home, MoveToAzureAsync),
        ["failover, source shut down"] = new(ProtectedWithWritesAsync, ShutDownFailover, Phase.CommitPending, DrWorld.Azure, CommitAndGoHomeAsync),
        ["failover, source dead"] = new(SourceDeadAsync, ShutDownFailover, Phase.CommitPending, DrWorld.Azure, CommitAndGoHomeAsync),
        ["failover to an older point"] = new(OlderPointAsync, OlderPointFailover, Phase.CommitPending, DrWorld.Azure, CommitAndGoHomeAsync),
        ["change of a network interface"] = new(ProtectedWithWritesAsync, _ => ToAddress, Phase.Protected, DrWorld.Home, MoveToAddressAsync),
        ["test failover"] = new(ProtectedWithWritesAsync, _ => new StartTestFailover(DrWorld.Item, null, Network: null), Phase.Protected, DrWorld.Home, CleanUpAndMoveAsync),
        ["clean-up of a test failover"] = new(TestedAsync, _ => new CleanUpTestFailover(DrWorld.Item), Phase.Protected, DrWorld.Home, MoveToAzureAsync),
        ["change of the point"] = new(ChangeableAsync, SwitchPoint, Phase.CommitPending, DrWorld.Azure, CommitAndGoHomeAsync),
        ["failover taken back"] = new(ToBeTakenBackAsync, Cancel, Phase.Protected, DrWorld.Home, MoveToAzureAsync),
        ["failback taken back"] = new(FailbackToBeTakenBackAsync, Cancel, Phase.Protected, DrWorld.Azure, MoveHomeAsync),
        ["commit in Azure"] = new(FailedOverAsync, Commit, Phase.Committed, DrWorld.Azure, GoHomeAsync),
        ["reprotect"] = new(DivergedAsync, Reprotect, Phase.Protected, DrWorld.Azure, MoveHomeAsync),
        ["reprotect, old disks gone"] = new(OldDisksGoneAsync, Reprotect, Phase.Protected, DrWorld.Azure, MoveHomeAsync),
        ["reprotect, a snapshot at home"] = new(SnapshotAtHomeAsync, Reprotect, Phase.Protected, DrWorld.Azure, MoveHomeAsync),
        ["reprotect to another site"] = new(OtherSiteAsync, _ => ToOtherSite, Phase.Protected, DrWorld.Azure, MoveToOtherSiteAsync),
        ["reprotect to another site, replica at home given up"] = new(ReplicatesHomeAsync, _ => ToOtherSite, Phase.Protected, DrWorld.Azure, MoveToOtherSiteAsync),
        ["failback"] = new(ReprotectedAsync, ShutDownFailover, Phase.CommitPending, DrWorld.Home, CommitAndProtectAgainAsync),
        ["commit of the failback"] = new(FailedBackAsync, Commit, Phase.Committed, DrWorld.Home, ProtectAgainAsync),
        ["reprotect from the seed"] = new(HomeAgainAsync, Reprotect, Phase.Protected, DrWorld.Home, MoveToAzureAsync),
        ["planned failover between own sites"] = OwnSites(ProtectedWithWritesAsync, _ => Planned, Phase.CommitPending, CommitAndComeBackAsync),
        ["commit that reverses"] = OwnSites(FailedOverPlannedAsync, Commit, Phase.Protected, ComeBackAsync),
        ["reverse after an unplanned failover"] = OwnSites(DivergedAsync, Reprotect, Phase.Protected, ComeBackAsync),
        ["planned failback, data before"] = ToHyperV(DivergedAsync, _ => Planned with { CompletesItself = true }),
        ["planned failback, data during"] = ToHyperV(DivergedAsync, _ => Planned with { DataSync = DataSync.DuringFailover }) with { Every = 4 },
        ["planned failback, one was given up"] = ToHyperV(GivenUpAsync, _ => Planned with { CompletesItself = true }) with { Every = 4 },
        ["planned failback to another site"] = ToHyperV(OtherHyperVAsync, _ => ToOtherHyperV) with { Every = 4, Side = DrWorld.Elsewhere, GoOn = CommitAndProtectAgainAsync },
    };

    private static UpdateProtection ToAddress => new(DrWorld.Item, DrWorld.Policy) { Nics = [new("nic0") { Address = "10.1.0.4" }] };

    private static async Task MoveToAddressAsync(DrWorld world)
    {
        await MoveToAzureAsync(world);
        Assert.Equal("10.1.0.4", world.Inventory(DrWorld.Azure).Machines.Single(machine => machine.Name == DrWorld.Item).PrimaryNic!.Address);
    }

    private static Reprotect ToOtherSite => new(DrWorld.Item) { Fabric = DrWorld.Elsewhere };

    private static StartFailover ShutDownFailover(DrWorld world) => new(DrWorld.Item, null, ShutDownSource: true);

    private static CommitFailover Commit(DrWorld world) => new(DrWorld.Item);

    private static Reprotect Reprotect(DrWorld world) => new(DrWorld.Item);

    private static Task GoHomeAsync(DrWorld world) => world.ReprotectAndMoveAsync(DrWorld.Home);

    private static Task ProtectAgainAsync(DrWorld world) => world.ReprotectAndMoveAsync(DrWorld.Azure);

    private static async Task ProtectedWithWritesAsync(DrWorld world)
    {
        await world.RunAsync(DrWorld.Enable());
        world.Write(10);
        await world.PointAsync();
        world.Write(10);
    }

    private static Task<Job> IssuedAsync(DrWorld world) => world.RunAsync(EncryptedCloud.Issue());

    private static async Task EncryptedWithWritesAsync(DrWorld world)
    {
        await IssuedAsync(world);
        await ProtectedWithWritesAsync(world);
    }

    private static StartFailover EncryptedFailover(DrWorld world) => EncryptedCloud.FailoverWith(world.Named(), shutDown: true);

    private static async Task MoveEncryptedAsync(DrWorld world)
    {
        Assert.NotNull(world.Facts.Encryption);
        world.Write(5);
        await world.RunAsync(EncryptedFailover(world));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static Task<Job> CommitAsync(DrWorld world) => world.RunAsync(new CommitFailover(DrWorld.Item));

    private static async Task SourceDeadAsync(DrWorld world)
    {
        await ProtectedWithWritesAsync(world);
        world.Model = await world.SourceDiesWithUnsentWritesAsync(5);
    }

    private static async Task OlderPointAsync(DrWorld world)
    {
        await world.RunAsync(DrWorld.Enable());
        world.Write(5);
        await world.PointAsync(Label);
        var chosen = world.Model.Copy();
        world.Write(5);
        await world.PointAsync();
        world.Write(5);
        await world.DrainAsync();
        world.Model = chosen;
    }

    private static StartFailover OlderPointFailover(DrWorld world) => new(DrWorld.Item, Chosen(world), ShutDownSource: false);

    private static Guid? Chosen(DrWorld world) => world.Engine.GetRecoveryPointsAsync(DrWorld.Item).Result.SingleOrDefault(point => point.Label == Label)?.Id;

    private static SwitchRecoveryPoint SwitchPoint(DrWorld world) => new(DrWorld.Item, Chosen(world));

    private static CancelFailover Cancel(DrWorld world) => new(DrWorld.Item);

    private static async Task ChangeableAsync(DrWorld world)
    {
        await OlderPointAsync(world);
        var chosen = world.Model.Copy();
        await world.FailOverAsync(shutDown: true);
        world.Write(10);
        world.Model = chosen;
    }

    private static async Task ToBeTakenBackAsync(DrWorld world)
    {
        await OlderPointAsync(world);
        world.Model = world.Images(DrWorld.Home);
        var point = Chosen(world);
        await world.SourceDiesWithUnsentWritesAsync(5);
        var source = world.Model.Copy();
        await world.FailOverAsync(point);
        world.HomeReturns();
        world.Write(10);
        world.Model = source;
    }

    private static async Task FailbackToBeTakenBackAsync(DrWorld world)
    {
        await ReprotectedAsync(world);
        var source = world.Model.Copy();
        await world.FailOverAsync(shutDown: true);
        world.Write(10);
        world.Model = source;
    }

    private static async Task FailedOverAsync(DrWorld world)
    {
        await SourceDeadAsync(world);
        await world.FailOverAsync();
        world.HomeReturns();
        world.Write(5);
    }

    private static async Task DivergedAsync(DrWorld world)
    {
        await FailedOverAsync(world);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(5);
    }

    private static async Task OldDisksGoneAsync(DrWorld world)
    {
        await DivergedAsync(world);
        Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", "datastore1", DrWorld.Item), recursive: true);
    }

    private static async Task SnapshotAtHomeAsync(DrWorld world)
    {
        await DivergedAsync(world);
        Stranger.TakeSnapshot(world);
    }

    private static async Task OtherSiteAsync(DrWorld world)
    {
        await DivergedAsync(world);
        await world.AddSiteAsync();
    }

    private static async Task ReplicatesHomeAsync(DrWorld world)
    {
        await ReprotectedAsync(world);
        await world.AddSiteAsync();
    }

    private static async Task ReprotectedAsync(DrWorld world)
    {
        await DivergedAsync(world);
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write(10);
    }

    private static async Task FailedBackAsync(DrWorld world)
    {
        await ReprotectedAsync(world);
        await world.FailOverAsync(shutDown: true);
        world.Write(5);
    }

    private static async Task HomeAgainAsync(DrWorld world)
    {
        await FailedBackAsync(world);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(5);
    }

    private static async Task TestedAsync(DrWorld world)
    {
        await ProtectedWithWritesAsync(world);
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, Network: null));
        world.Write(5);
    }

    private static async Task CleanUpAndMoveAsync(DrWorld world)
    {
        Assert.NotNull(world.Facts.TestFailover);
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await MoveToAzureAsync(world);
    }

    private static async Task CommitAndGoHomeAsync(DrWorld world)
    {
        world.Write(5);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.HomeReturns();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    private static async Task CommitAndProtectAgainAsync(DrWorld world)
    {
        world.Write(5);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        await world.ReprotectAndMoveAsync(DrWorld.Azure);
    }

    private static async Task MoveToAzureAsync(DrWorld world)
    {
        world.Write(5);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static async Task MoveToOtherSiteAsync(DrWorld world)
    {
        world.Write(5);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Elsewhere).ConfigurationServer!.Machines);
        Assert.Equal(DrWorld.Home, Assert.Single(world.Facts.Left).Fabric);
    }

    private static async Task MoveHomeAsync(DrWorld world)
    {
        world.Write(5);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }
}
