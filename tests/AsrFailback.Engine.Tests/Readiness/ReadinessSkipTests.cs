namespace AsrFailback.Engine.Tests;

/// <summary>A check that may be skipped is skipped on request, and the job remembers it; any other wish is a refusal.</summary>
public sealed class ReadinessSkipTests
{
    // stage | what is broken | the check to skip
    [Theory]
    [Requirement("MT-12", "ER-8038")]
    [InlineData("ReprotectHome", "home:masterTargets.0.setup={\"rebooted\":false}", "MasterTargetSetup")]
    [InlineData("FailoverHome", "home/web01:memoryBytes=4097 home:hosts.0.freeMemoryBytes=4096", "hostmemory")]
    public async Task A_skipped_check_lets_the_job_succeed_and_is_among_its_warnings_and_in_its_command(string stage, string broken, string skip)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        WorldEdit.Make(world, broken);
        var reason = Assert.Single(await Findings.RefusalAsync(world, RuleCase.Read("").Command(stage)));
        var command = RuleCase.Read("").Command(stage, skip);

        var preview = await world.Engine.PreviewAsync(command);
        var job = await world.RunAsync(command);

        Assert.True(preview.Ready);
        Assert.Equal(reason.Id, Assert.Single(preview.Checks, check => check.State == CheckState.Skipped).Finding!.Id);
        var warning = Assert.Single(job.Warnings, warning => warning.Id == "CheckSkipped");
        Assert.Contains(skip, warning.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(reason.Message, warning.Message, StringComparison.Ordinal);
        Assert.Equal([skip], world.Engine.Jobs.Find(job.Name)!.Command.SkipChecks);
        if (stage == "FailoverHome")
        {
            world.AssertImages(DrWorld.Home, world.Model);
        }
    }

    [Fact]
    [Requirement("FB-08")]
    public async Task Disks_that_were_moved_are_named_with_both_places_and_with_the_check_skipped_the_failback_is_exact()
    {
        await using var world = await ReadinessStage.WorldAsync("FailoverHome");
        Move(world, "datastore1", "datastore2");
        var reason = Assert.Single(await Findings.RefusalAsync(world, new StartFailover(DrWorld.Item, null, true)));
        Assert.Contains("disk0: datastore1 → datastore2, disk1: datastore1 → datastore2", reason.Message, StringComparison.Ordinal);
        world.Write(4);

        var job = await world.RunAsync(new StartFailover(DrWorld.Item, null, true) { SkipChecks = ["DisksInPlace"] });

        Assert.Contains("CheckSkipped", job.Warnings.Select(warning => warning.Id));
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal(["datastore2", "datastore2"], world.Inventory(DrWorld.Home).Machines.Single(machine => machine.Name == DrWorld.Item).Disks.Select(disk => disk.Datastore));
    }

    // stage | what is broken | the wish | the reasons
    public static TheoryData<string> Wishes => Notation.Cases("""
        ReprotectHome | home:masterTargets.0.diskEnableUuid=FALSE             | DiskEnableUuid               | DiskEnableUuid CheckNotSkippable
        ReprotectHome |                                                       | DiskEnableUuid               | CheckNotSkippable
        ReprotectHome |                                                       | HostMemory                   | CheckNotSkippable
        ReprotectHome |                                                       | NoSuchCheck Phase            | CheckNotSkippable
        ReprotectHome | home:masterTargets.0.setup={"rebooted":false}         | MasterTargetSetup NoNamesake | CheckNotSkippable
        FailoverHome  | home:configurationServer.connected=false              | ConfigurationServerConnected | ConfigurationServerDown CheckNotSkippable
        FailoverHome  | home:datastores.0.name=datastore9                     | HostMemory                   | DisksMoved
        CommitOut     |                                                       | OtherSideOff                 | CheckNotSkippable
        TestFailover  |                                                       | AzureQuota                   | CheckNotSkippable
        """);

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task A_wish_that_cannot_be_granted_is_a_refusal(string line)
    {
        var columns = Notation.Columns(line);
        await using var world = await ReadinessStage.WorldAsync(columns[0]);
        WorldEdit.Make(world, columns[1]);
        var before = world.Fingerprint();

        var reasons = await Findings.RefusalAsync(world, RuleCase.Read("").Command(columns[0], Notation.Words(columns[2])));

        Assert.Equal(Notation.Words(columns[3]), reasons.Select(reason => reason.Id));
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    public async Task A_wish_to_skip_what_passes_changes_nothing_and_warns_of_nothing()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");

        var job = await world.RunAsync(new Reprotect(DrWorld.Item) { SkipChecks = ["MasterTargetSetup"] });

        Assert.Empty(job.Warnings);
    }

    [Fact]
    public async Task A_command_without_skippable_checks_refuses_every_wish_too()
    {
        await using var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));
        FailbackCommand[] commands =
        [
            DrWorld.Enable(), new AddFabric("third", "third", FabricKind.Azure), new BackupConfigurationServer(DrWorld.Home),
            new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01"), new RegisterConfigurationServer(DrWorld.Home, "cs01"),
        ];
        var accepted = new List<string>();
        foreach (var command in commands)
        {
            var preview = await world.Engine.PreviewAsync(command with { SkipChecks = ["HostLicence"] });
            accepted.AddRange(preview.Checks.Any(check => check.Finding?.Id == "CheckNotSkippable") ? [] : [command.GetType().Name]);
        }

        Assert.Empty(accepted);
    }

    private static void Move(DrWorld world, string from, string to)
    {
        var stores = Path.Combine(world.SiteRoot(DrWorld.Home), "datastores");
        Directory.CreateDirectory(Path.Combine(stores, to));
        Directory.Move(Path.Combine(stores, from, DrWorld.Item), Path.Combine(stores, to, DrWorld.Item));
        WorldEdit.Make(world, $"home/web01:disks.0.file=datastores/{to}/web01/disk0.vmdk home/web01:disks.1.file=datastores/{to}/web01/disk1.vmdk");
    }
}
