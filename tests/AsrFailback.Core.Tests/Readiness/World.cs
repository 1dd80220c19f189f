using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>
/// Two healthy sites with everything filled in, one item between them, and one word for each way to break something. The
/// first word of a case says what is asked for.
/// </summary>
internal sealed partial class World
{
    public static readonly DateTimeOffset Now = new(2020, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Guid Uuid = new("7a1d6a3e-0000-4000-8000-000000000002");
    private static readonly RecoveryPoint Oldest = Point(1), Newest = Point(2);

    private ProtectionFacts _facts = Facts.Web01;
    private Surroundings _around = new(2, ReplicationMode.InOrder, null) { Points = [Oldest, Newest] };
    private ItemCommand? _command;
    private InventorySnapshot _home = Home();
    private InventorySnapshot _azure = Azure();
    private InventorySnapshot? _formerHome;
    private string? _unknownHome;
    private IReadOnlyList<string> _possibleHomes = [];
    private ProtectionOperation _operation;
    private bool _homeward;

    private World(string start) => Begin(start);

    /// <summary>The situation that the words of a case make.</summary>
    public static Situation Of(string words) => Build(words).Situation();

    /// <summary>The same with another command.</summary>
    public static Situation Of(string words, ItemCommand command)
    {
        var world = Build(words);
        world._command = command;
        return world.Situation();
    }

    /// <summary>The item and the site it came from.</summary>
    public static (ProtectionFacts Facts, SiteView Home) AtHome(string words)
    {
        var world = Build(words);
        return (world._facts, new SiteView(world._home));
    }

    /// <summary>The report on a case.</summary>
    public static IReadOnlyList<CheckResult> Report(string words) => ReadinessRules.Evaluate(Of(words));

    private static World Build(string words)
    {
        var all = Notation.Words(words);
        var world = new World(all[0]);
        foreach (var word in all.Skip(1))
        {
            world.Apply(word);
        }

        return world;
    }

    private Situation Situation() => new()
    {
        Facts = _facts,
        Operation = _operation,
        Around = _around,
        Command = _command,
        NowUtc = Now,
        Source = new SiteView(_homeward ? _azure : _home),
        Target = new SiteView(_homeward ? _home : _azure),
        FormerHome = _formerHome is null ? null : new SiteView(_formerHome),
        UnknownHome = _unknownHome,
        PossibleHomes = new(_possibleHomes),
    };

    // What is asked for, and where the item stands when it is.
    private void Begin(string start)
    {
        var (operation, phase, source, active) = Starts[start];
        _operation = operation;
        _facts = Facts.In(phase, source, active) with { ResourceGroup = active == Side.Recovery ? "rg1" : null };
        _homeward = (operation is ProtectionOperation.Failover or ProtectionOperation.TestFailover ? source : active) == Side.Recovery;
        Power(active);
        _command = operation switch
        {
            ProtectionOperation.Reprotect => new Reprotect("web01"),
            ProtectionOperation.Failover => new StartFailover("web01", null, ShutDownSource: true),
            ProtectionOperation.Update => new UpdateProtection("web01", _facts.Policy),
            ProtectionOperation.TestFailover => new StartTestFailover("web01", null, "vnet"),
            _ => null,
        };
        _facts = start switch
        {
            "failback" => _facts with { MasterTarget = "mt01", Placement = PlacementRules.Of(_home.MasterTargets[0], _home.Machines[0]) },
            "switch" or "cancel" => _facts with { PointsKept = true },
            "clean-up" => _facts with { TestFailover = Facts.Test },
            _ => _facts,
        };
        if (start == "fetch")
        {
            BecomeHyperV();
        }
    }

    private void Power(Side active)
    {
        ChangeHomeMachine(machine => machine with { Power = active == Side.Home ? PowerState.On : PowerState.Off });
        ChangeAzureMachine(machine => machine with { Power = active == Side.Recovery ? PowerState.On : PowerState.Off });
    }

    private static readonly Dictionary<string, (ProtectionOperation, Phase, Side Source, Side Active)> Starts = new()
    {
        ["enable"] = (ProtectionOperation.Enable, Phase.Unprotected, Side.Home, Side.Home),
        ["point"] = (ProtectionOperation.CreatePoint, Phase.Protected, Side.Home, Side.Home),
        ["test"] = (ProtectionOperation.TestFailover, Phase.Protected, Side.Home, Side.Home),
        ["clean-up"] = (ProtectionOperation.CleanUpTestFailover, Phase.Protected, Side.Home, Side.Home),
        ["failover"] = (ProtectionOperation.Failover, Phase.Protected, Side.Home, Side.Home),
        ["failback"] = (ProtectionOperation.Failover, Phase.Protected, Side.Recovery, Side.Recovery),
        ["fetch"] = (ProtectionOperation.Failover, Phase.Committed, Side.Recovery, Side.Recovery),
        ["commit"] = (ProtectionOperation.Commit, Phase.CommitPending, Side.Home, Side.Recovery),
        ["commit-failback"] = (ProtectionOperation.Commit, Phase.CommitPending, Side.Recovery, Side.Home),
        ["switch"] = (ProtectionOperation.SwitchPoint, Phase.CommitPending, Side.Home, Side.Recovery),
        ["cancel"] = (ProtectionOperation.CancelFailover, Phase.CommitPending, Side.Home, Side.Recovery),
        ["reprotect"] = (ProtectionOperation.Reprotect, Phase.Committed, Side.Home, Side.Recovery),
        ["reprotect-to-azure"] = (ProtectionOperation.Reprotect, Phase.Committed, Side.Recovery, Side.Home),
        ["update"] = (ProtectionOperation.Update, Phase.Protected, Side.Home, Side.Home),
        ["update-home"] = (ProtectionOperation.Update, Phase.Protected, Side.Recovery, Side.Recovery),
        ["migrate"] = (ProtectionOperation.CompleteMigration, Phase.Committed, Side.Home, Side.Recovery),
        ["disable"] = (ProtectionOperation.Disable, Phase.Protected, Side.Home, Side.Home),
    };

    /// <summary>Everything that can be asked for.</summary>
    public static IEnumerable<string> Operations => Starts.Keys;

    private static InventorySnapshot Home() => new()
    {
        Fabric = "onprem", Kind = FabricKind.VMware, Reachable = true, Connected = true, VCenter = "vcenter01",
        Connection = new("ExpressRoutePrivate") { LatencyMilliseconds = 20, MegabitsPerSecond = 100 },
        ConfigurationServer = new("cs01") { Address = "10.0.0.2", Machines = ["db01", "web01"], VCenter = "vcenter01" },
        Hosts = [new("esxi01", "Licensed") { FreeMemoryBytes = 16L << 30 }, new("esxi02", "Licensed")],
        Datastores = [new("ds1", "VMFS", ["esxi01", "esxi02"]), new("ds2", "vSAN", ["esxi01"])],
        Networks = ["lan"],
        ProcessServers = [new("ps-home", 9443) { LastHeartbeatUtc = Ago(1) }],
        MasterTargets = [LinuxMasterTarget()],
        Machines = [Web01("", "lan") with { Disks = [Disk("os", "u-os", "ds1"), Disk("data", "u-data", "ds1")] }],
    };

    private static InventorySnapshot Azure() => new()
    {
        Fabric = "azure", Kind = FabricKind.Azure, Reachable = true, Connected = true, FreeMachineQuota = 10, Networks = ["vnet"],
        ProcessServers = [new("ps-azure", 9443) { LastHeartbeatUtc = Ago(1) }],
        Machines = [Web01("rg1", "vnet") with { Disks = [Disk("os", null, null), Disk("data", null, null)] }],
    };

    private static Machine Web01(string group, string network) =>
        new("web01", Uuid, "Linux", group.Length > 0 ? "" : "esxi01", [MachineNic.Only(network)[0] with { Address = "10.0.0.4", TargetAddress = "10.0.0.4" }], [], PowerState.Off, 2)
        {
            MemoryBytes = 4L << 30, ResourceGroup = group.Length > 0 ? group : null, BootedUtc = Ago(60), AgentRegisteredUtc = Ago(50),
            Guest = new Guest { Version = "Linux 6" },
        };

    private static MachineDisk Disk(string name, string? uuid, string? datastore) =>
        new(name, $"disks/{name}.img", 8 << 20) { Uuid = uuid, Datastore = datastore };

    private static MasterTarget LinuxMasterTarget() => new("mt01", "Linux", "esxi01", "TRUE", ToolsInstalled: true, HasSnapshots: false, 2)
    {
        Datastore = "ds1",
        DiskUuids = ["u-mt-os", "u-mt-retention"],
        LastHeartbeatUtc = Ago(1),
        RetentionVolumes = [new("/mnt/retention", "retention") { FileSystem = "ext4", CapacityBytes = 100L << 30 }],
        Setup = new MasterTargetSetup
        {
            ConfigurationServer = "cs01", Distribution = "CentOS 6.6 minimal", StaticAddress = true, CustomChangesApplied = true, Rebooted = true,
            Mounts = new Dictionary<string, string> { ["/"] = "ext4", ["/var/crash"] = "ext4", ["/home"] = "ext4", ["swap"] = "swap" },
            Packages = ["xfsprogs", "perl", "lsscsi", "rsync", "wget", "kexec-tools"],
        },
    };

    private static RecoveryPoint Point(int number) => new(
        new Guid(number, 0, 0, new byte[8]), new LogPosition(1, number), Now.AddMinutes(5 * (number - 3)), PointConsistency.CrashConsistent, "");

    private static DateTimeOffset Ago(double minutes) => Now.AddMinutes(-minutes);
}
