using System.Text.Json.Nodes;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Invariant 7 in the engine: a refused command leaves every document of the vault and every byte of both sites alone,
/// and says all reasons. To see it fail, submit the job before <c>RequireReady</c> in <c>FailbackEngine.SubmitAsync</c>.
/// </summary>
public sealed class Invariant7_A_refusal_changes_nothing
{
    private static readonly Guid NoPoint = new("ffffffff-0000-4000-8000-000000000000");

    private static readonly Dictionary<string, FailbackCommand> Commands = new()
    {
        ["Enable"] = DrWorld.Enable(),
        ["CreatePoint"] = new CreateRecoveryPoint(DrWorld.Item, "x"),
        ["TestFailover"] = new StartTestFailover(DrWorld.Item, null, null),
        ["CleanUp"] = new CleanUpTestFailover(DrWorld.Item),
        ["Failover"] = new StartFailover(DrWorld.Item, null, true),
        ["FailoverToNoPoint"] = new StartFailover(DrWorld.Item, NoPoint, true),
        ["Commit"] = new CommitFailover(DrWorld.Item),
        ["SwitchPoint"] = new SwitchRecoveryPoint(DrWorld.Item, null),
        ["SwitchToNoPoint"] = new SwitchRecoveryPoint(DrWorld.Item, NoPoint),
        ["Cancel"] = new CancelFailover(DrWorld.Item),
        ["Reprotect"] = new Reprotect(DrWorld.Item),
        ["ReprotectBadly"] = new Reprotect(DrWorld.Item, "mt09", "ps09"),
        ["Disable"] = new DisableProtection(DrWorld.Item),
        ["SecondFabric"] = new AddFabric(DrWorld.Home, "elsewhere"),
        ["Repair"] = new RepairReplication(DrWorld.Item),
        ["LongLabel"] = new CreateRecoveryPoint(DrWorld.Item, new string('x', 65)),
    };

    // phase | command=reasons …
    private const string Table = """
        Protected     | Enable=ItemExists CleanUp=NoTestFailover Commit=WrongPhase FailoverToNoPoint=PointNotFound
        Protected     | Reprotect=ReplicaWhole+MachineNotRunning? SecondFabric=FabricExists LongLabel=LabelTooLong
        Tested        | Enable=ItemExists TestFailover=TestFailoverExists Failover=TestFailoverExists Disable=TestFailoverExists
        Tested        | Commit=WrongPhase FailoverToNoPoint=TestFailoverExists+PointNotFound
        CommitPending | Enable=ItemExists CreatePoint=WrongPhase TestFailover=WrongPhase CleanUp=WrongPhase Failover=WrongPhase
        CommitPending | Reprotect=WrongPhase Disable=WrongPhase LongLabel=WrongPhase+LabelTooLong
        Committed     | Enable=ItemExists CreatePoint=WrongPhase TestFailover=WrongPhase CleanUp=WrongPhase Failover=WrongPhase
        Committed     | Commit=WrongPhase ReprotectBadly=NoProcessServer+NoMasterTarget
        CommitPending | Repair=WrongPhase SwitchToNoPoint=PointNotFound
        Protected     | SwitchPoint=WrongPhase Cancel=WrongPhase
        Committed     | SwitchPoint=WrongPhase Cancel=WrongPhase SwitchToNoPoint=WrongPhase
        Committed     | Repair=WrongPhase
        Back          | Enable=ItemExists TestFailover=UnsupportedDirection CleanUp=NoTestFailover Commit=WrongPhase FailoverToNoPoint=PointNotFound
        """;

    public static TheoryData<string> Phases => [.. Notation.Lines(Table).Select(line => Notation.Columns(line)[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_refused_command_changes_no_document_and_no_byte(string phase)
    {
        var cases = Notation.Lines(Table).Select(Notation.Columns).Where(row => row[0] == phase).SelectMany(row => Notation.Words(row[1]));
        await using var world = await WorldIn(phase);
        var before = world.Fingerprint();
        foreach (var (name, reasons) in cases.Select(one => (one.Split('=')[0], one.Split('=')[1].Split('+'))))
        {
            var found = await world.RefusedAsync(Commands[name]);

            Assert.Equal(reasons.Where(reason => !reason.EndsWith('?')), found.Where(id => !reasons.Contains(id + "?")));
            Assert.True(world.Fingerprint() == before, $"{name} changed something in phase {phase}");
        }
    }

    [Fact]
    public async Task A_command_on_an_item_that_is_not_there_changes_nothing()
    {
        await using var world = await DrWorld.CreateAsync();
        var before = world.Fingerprint();
        foreach (var command in Commands.Values.Where(command => command is ItemCommand and not EnableProtection))
        {
            Assert.Equal(["ItemNotFound"], await world.RefusedAsync(command));
        }

        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    [Requirement("TO-02", "RP-09")]
    [Requirement("MT-02", "MT-04", "MT-05", "MT-06", "MT-07", "MT-08")]
    public async Task A_site_full_of_faults_refuses_a_reprotect_with_every_reason_and_nothing_changes()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        world.EditSite(DrWorld.Home, site =>
        {
            var server = site["masterTargets"]![0]!;
            (server["diskEnableUuid"], server["toolsInstalled"], server["hasSnapshots"], server["attachedDisks"]) = ("FALSE", false, true, 59);
            server["scsiControllers"] = new JsonArray("pvscsi");
            site.Remove("configurationServer");
            site["datastores"]!.AsArray().ToList().ForEach(store => store!["type"] = "NFS");
            site["hosts"]!.AsArray().ToList().ForEach(host => host!["licence"] = "Free");
        });
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: false);
        var before = world.Fingerprint();

        var found = await world.RefusedAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(
            [
                "ConfigurationServerUnreachable", "NoConfigurationServer", "DiskEnableUuid", "MasterTargetTools", "DatastoresNfsOnly",
                "MasterTargetSnapshots", "MasterTargetController", "HostLicence", "MasterTargetFull",
            ],
            found);
        Assert.Equal(before, world.Fingerprint());
    }

    private static async Task<DrWorld> WorldIn(string phase)
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20] });
        world.Write(10);
        await world.PointAsync();
        switch (phase)
        {
            case "Tested":
                await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
                break;
            case "CommitPending":
                await world.FailOverAsync(shutDown: true);
                break;
            case "Committed":
                await world.MoveAsync();
                break;
            case "Back":
                await world.MoveAsync();
                await world.RunAsync(new Reprotect(DrWorld.Item));
                break;
        }

        return world;
    }
}
