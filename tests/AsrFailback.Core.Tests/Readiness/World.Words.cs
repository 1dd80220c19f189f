using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <content>The words. A value follows an equals sign; an underscore in it stands for a space.</content>
internal sealed partial class World
{
    private static readonly Dictionary<string, Action<World, string>> Words =
        new[] { FactWords(), CommandWords(), PlannedWords(), HomeWords(), SiteWords(), MachineWords(), ServerWords(), MasterTargetWords(), VolumeWords(), StoreWords() }
            .SelectMany(words => words).ToDictionary();

    /// <summary>Every word that takes no value and fits every command.</summary>
    public static IEnumerable<string> Plain => Words.Keys.Except(CommandWords().Keys).Except(PlannedWords().Keys).Except(HomeWords().Keys).Where(word => !word.EndsWith('='));

    private void Apply(string word)
    {
        var (name, value) = word.Split('=', 2) is [var key, var text] ? (key + "=", text.Replace('_', ' ')) : (word, "");
        Words[name](this, value);
    }

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);

    private static Dictionary<string, Action<World, string>> FactWords() => new()
    {
        ["outdated"] = (at, _) => at._around = at._around with { Outdated = ErrorCatalogue.Error("VaultOutdated", "web01", "azure", "epoch 3", "epoch 2") },
        ["busy"] = (at, _) => at._around = at._around with { BusyWith = Tests.Facts.Job },
        ["phase="] = (at, value) => at._facts = at._facts with { Phase = Enum.Parse<Phase>(value) },
        ["replicating-home"] = (at, _) => at._facts = at._facts with { Phase = Phase.Protected, SourceSide = Side.Recovery, ActiveSide = Side.Recovery },
        ["not-kept"] = (at, _) => at._facts = at._facts with { PointsKept = false },
        ["wrote"] = (at, _) => at._around = at._around with { Writes = 7, WrittenBytes = 1 << 20 },
        ["switching"] = (at, _) => at._facts = at._facts with { Switching = true },
        ["shut-down"] = (at, _) => at._facts = at._facts with { ShutDown = true },
        ["tested"] = (at, _) => at._facts = at._facts with { TestFailover = Facts.Test },
        ["untested"] = (at, _) => at._facts = at._facts with { TestFailover = null },
        ["replica-ran"] = (at, _) => at._facts = at._facts with { ReplicaRan = true },
        ["suspect"] = (at, _) => at._facts = at._facts with { ReplicaSuspect = true },
        ["migrated"] = (at, _) => at._facts = at._facts with { MigrationCompleted = true },
        ["at-home"] = (at, _) => at._facts = at._facts with { ActiveSide = Side.Home },
        ["group-unknown"] = (at, _) => at._facts = at._facts with { ResourceGroup = null },
        ["protected-as="] = (at, value) => at._facts = at._facts with { HomeKind = Enum.Parse<FabricKind>(value) },
        ["moved="] = (at, value) => at.ChangeHomeMachine(machine => machine with { Disks = [machine.Disks[0], machine.Disks[1] with { Datastore = value }] }),
        ["placed="] = (at, value) => at._facts = at._facts with
        {
            Placement = at._facts.Placement! with { Disks = new Dictionary<string, string> { ["os"] = value, ["data"] = value } },
        },
        ["in-group="] = (at, value) => at._facts = at._facts with { ProtectionGroup = value },
        ["grouped"] = (at, _) => at._facts = at._facts with { ReplicationGroup = "group1" },
        ["member="] = (at, value) => at.AddMember(value.Split(',')),
        ["points="] = (at, value) => at._around = at._around with { ListedPoints = (int)Number(value) },
        ["mode="] = (at, value) => at._around = at._around with { Mode = Enum.Parse<ReplicationMode>(value) },
        ["loss="] = (at, value) => at._around = at._around with { ExpectedLoss = TimeSpan.FromSeconds(Number(value)) },
        ["reserved="] = (at, value) => at._around = at._around with
        {
            ReservedSlots = new Dictionary<string, int> { ["mt01"] = (int)Number(value), ["mt02"] = 60 },
        },
    };

    private static Dictionary<string, Action<World, string>> CommandWords() => new()
    {
        ["planned"] = (at, _) => at._command = (StartFailover)at._command! with { Type = FailoverType.Planned },
        ["shutdown="] = (at, value) => at._command = (StartFailover)at._command! with { ShutdownTimeout = TimeSpan.FromSeconds(Number(value)) },
        ["roll-back="] = (at, value) => at._command = (StartFailover)at._command! with { RollBackAfter = TimeSpan.FromSeconds(Number(value)) },
        ["no-shutdown"] = (at, _) => at._command = (StartFailover)at._command! with { ShutDownSource = false },
        ["to="] = (at, value) => at._command = (StartFailover)at._command! with { Direction = Enum.Parse<FailoverDirection>(value) },
        ["point="] = (at, value) => at.TakePoint(value switch { "oldest" => Oldest.Id, "newest" => Newest.Id, _ => Uuid }),
        ["certificate="] = (at, value) => at.TakeCertificate(value.Split(',')),
        ["network="] = (at, value) => at._command = (StartTestFailover)at._command! with { Network = value == "none" ? null : value },
        ["use-ps="] = (at, value) => at._command = (Reprotect)at._command! with { ProcessServer = value },
        ["use-mt="] = (at, value) => at._command = (Reprotect)at._command! with { MasterTarget = value },
        ["use-ds="] = (at, value) => at._command = (Reprotect)at._command! with { Datastore = value },
        ["use-volume="] = (at, value) => at._command = (Reprotect)at._command! with { RetentionVolume = value },
        ["use-group="] = (at, value) => at._command = (Reprotect)at._command! with { ProtectionGroup = value.Replace(' ', '_') }, // a group's name has no spaces
        ["use-policy="] = (at, value) => at._command = (Reprotect)at._command! with { Policy = value },
        ["rpo="] = (at, value) => at.ChangePolicy(policy => policy with { RpoThreshold = TimeSpan.FromMinutes(Number(value)) }),
        ["age="] = (at, value) => at.ChangePolicy(policy => policy with { MaxAge = TimeSpan.FromHours(Number(value)) }),
        ["app="] = (at, value) => at.ChangePolicy(policy => policy with { AppConsistentInterval = TimeSpan.FromMinutes(Number(value)) }),
        ["every="] = (at, value) => at.ChangePolicy(policy => policy with { PointInterval = TimeSpan.FromMinutes(Number(value)) }),
        ["plan"] = (at, _) => at._command = (Reprotect)at._command! with { Plan = "plan1" },
        ["key-missing"] = (at, _) => at._around = at._around with { KeyMissing = true },
        ["skip="] = (at, value) => at._command = at._command! with { SkipChecks = value.Split(',') },
    };

    private static Dictionary<string, Action<World, string>> SiteWords() => new()
    {
        ["azure-gone"] = (at, _) => at._azure = at._azure with { Reachable = false },
        ["home-gone"] = (at, _) => at._home = at._home with { Reachable = false },
        ["azure-cut"] = (at, _) => at._azure = at._azure with { Connected = false },
        ["home-cut"] = (at, _) => at._home = at._home with { Connected = false },
        ["avs"] = (at, _) => at.Apply("home-kind=AzureVMwareSolution"),
        ["home-kind="] = (at, value) =>
        {
            at.Apply($"protected-as={value}");
            at.Apply($"target-kind={value}");
        },
        ["recovery-kind="] = (at, value) =>
        {
            at._facts = at._facts with { RecoveryKind = Enum.Parse<FabricKind>(value) };
            at._azure = at._azure with { Kind = at._facts.RecoveryKind };
        },
        ["target-kind="] = (at, value) => at._home = at._home with { Kind = Enum.Parse<FabricKind>(value) },
        ["connection="] = (at, value) => at._home = at._home with { Connection = at._home.Connection! with { Kind = value } },
        ["no-connection"] = (at, _) => at._home = at._home with { Connection = null },
        ["unmeasured"] = (at, _) => at._home = at._home with { Connection = new("ExpressRoutePrivate") },
        ["latency="] = (at, value) => at._home = at._home with { Connection = at._home.Connection! with { LatencyMilliseconds = Number(value) } },
        ["bandwidth="] = (at, value) => at._home = at._home with { Connection = at._home.Connection! with { MegabitsPerSecond = Number(value) } },
        ["clouds="] = (at, value) => at._home = at._home with
        {
            Clouds = [.. value.Split(',').Select(cloud => cloud.Split(':')).Select(cloud => new VmmCloud(cloud[0], cloud.Length > 1 ? cloud[1] : null))],
        },
        ["encrypted="] = (at, value) => at._facts = at._facts with { Encryption = new CloudEncryption(value.Split(':')[0], value.Split(':')[1]) },
        ["no-networks"] = (at, _) => at._azure = at._azure with { Networks = [] },
        ["no-vcenter"] = (at, _) => at._home = at._home with { VCenter = null },
        ["quota="] = (at, value) => at._azure = at._azure with { FreeMachineQuota = (int)Number(value) },
        ["quota-unknown"] = (at, _) => at._azure = at._azure with { FreeMachineQuota = null },
        ["refreshed="] = (at, value) =>
        {
            at._home = at._home with { RefreshedUtc = Ago(Number(value)) };
            at._azure = at._azure with { RefreshedUtc = Ago(Number(value)) };
        },
    };

    private static Dictionary<string, Action<World, string>> MachineWords() => new()
    {
        ["machine-deleted"] = (at, _) => at._azure = at._azure with { Machines = [] },
        ["machine-renamed"] = (at, _) => at.ChangeAzureMachine(machine => machine with { Name = "web01-old" }),
        ["machine-off"] = (at, _) => at.ChangeAzureMachine(machine => machine with { Power = PowerState.Off }),
        ["azure-on"] = (at, _) => at.ChangeAzureMachine(machine => machine with { Power = PowerState.On }),
        ["silent"] = (at, _) => at.ChangeAzureGuest(guest => guest with { Answers = false }),
        ["no-path"] = (at, _) => at.ChangeAzureGuest(guest => guest with { ReachesConfigurationServer = false }),
        ["agent-stopped"] = (at, _) => at.ChangeAzureGuest(guest => guest with { AgentServiceRunning = false }),
        ["agent-missing"] = (at, _) => at.ChangeAzureMachine(machine => machine with { AgentRegisteredUtc = null }),
        ["booted="] = (at, value) => at.ChangeAzureMachine(machine => machine with { BootedUtc = Ago(Number(value)) }),
        ["never-booted"] = (at, _) => at.ChangeAzureMachine(machine => machine with { BootedUtc = null }),
        ["group="] = (at, value) => at.ChangeAzureMachine(machine => machine with { ResourceGroup = value }),
        ["version="] = (at, value) => at.ChangeAzureGuest(guest => guest with { Version = value }),
        ["version-unknown"] = (at, _) => at.ChangeAzureGuest(guest => guest with { Version = null }),
        ["cloud="] = (at, value) => at.ChangeBoth(machine => machine with { Cloud = value }),
        ["stray"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Uuid = Guid.Empty }),
        ["replica-renamed"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Name = "web01-old" }),
        ["replica-shared"] = (at, _) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.On, "dmz") with { Disks = [Disk("os", null, "ds1")] }] },
        ["replica-gone"] = (at, _) => at._home = at._home with { Machines = [] },
        ["home-on"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Power = PowerState.On }),
        ["snapshots="] = (at, value) => at.ChangeHomeMachine(machine => machine with { Snapshots = (int)Number(value) }),
        ["disk-gone"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Disks = [machine.Disks[0] with { Present = false }, .. machine.Disks.Skip(1)] }),
        ["disks-gone"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Disks = [.. machine.Disks.Select(disk => disk with { Present = false })] }),
        ["unmergeable"] = (at, _) => at.ChangeHomeMachine(machine => machine with { SnapshotsMerge = false }),
        ["memory="] = (at, value) => at.ChangeHomeMachine(machine => machine with { MemoryBytes = (long)Number(value) << 20 }),
        ["memory-unknown"] = (at, _) => at.ChangeHomeMachine(machine => machine with { MemoryBytes = null }),
        ["unbootable"] = (at, _) => at.ChangeHomeGuest(guest => guest with { BootsInAzure = false }),
        ["static"] = (at, _) => at.ChangeHomeNic(nic => nic with { AddressIsStatic = true }),
        ["public"] = (at, _) => at.ChangeHomeNic(nic => nic with { AddressIsPublic = true }),
        ["home-address="] = (at, value) => at.ChangeHomeNic(nic => nic with { Address = value == "none" ? null : value }),
        ["target-address="] = (at, value) => at.ChangeHomeNic(nic => nic with { TargetAddress = value == "none" ? null : value }),
        ["second-nic="] = (at, value) => at.AddNic(value.Split(',')),
        ["nic-target="] = (at, value) => at.TargetNic(value.Split(',')),
        ["isolated"] = (at, _) => at.ChangeHomeNic(nic => nic with { Network = null }),
        ["neighbour"] = (at, _) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.On, "lan")] },
        ["neighbour-off"] = (at, _) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.Off, "lan")] },
        ["neighbour-elsewhere"] = (at, _) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.On, "dmz")] },
        ["neighbour-twice"] = (at, _) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.On, "lan") with { Nics = [.. MachineNic.Only("lan"), new("nic1", "LAN", Primary: false)] }] },
        ["neighbour-on="] = (at, value) => at._home = at._home with { Machines = [.. at._home.Machines, Neighbour(PowerState.On, value)] },
        ["neighbour-along"] = (at, _) => at.TakeAlong([Neighbour(PowerState.On, "lan")]),
        ["along"] = (at, _) => at.TakeAlong(at._home.Machines.Where(machine => machine.Name == "web01")),
        ["subnet="] = (at, value) => at.GiveSubnets(value.Split(',')),
        ["mapped="] = (at, value) => at._around = at._around with { NetworkMappings = [new("ONPREM", "LAN", "azure", value)] },
        ["address-taken"] = (at, _) => at.TakeAddress("vnet"),
        ["address-taken-too"] = (at, _) => at._azure = at._azure with { Machines = [.. at._azure.Machines, WithSecond("10.0.0.9")] },
        ["azure-networks="] = (at, value) => at._azure = at._azure with { Networks = value.Split(',') },
        ["address-taken-elsewhere"] = (at, _) => at.TakeAddress("vnet2"),
        ["windows"] = (at, _) => at.BecomeWindows(),
        ["data-disk"] = (at, _) => at.ChangeBoth(machine => machine with { Disks = [.. machine.Disks, Disk("data", null, machine.Disks[0].Datastore)] }),
    };

    // Its thumbprint, and the hours until it expires.
    private void TakeCertificate(string[] values)
    {
        var certificate = new EncryptionCertificate(values[0], Now.AddHours(Number(values[1])));
        _command = _command is StartFailover failover ? failover with { EncryptionCertificate = certificate } : (StartTestFailover)_command! with { EncryptionCertificate = certificate };
    }

    private void ChangePolicy(Func<ReplicationPolicy, ReplicationPolicy> change) =>
        _command = (UpdateProtection)_command! with { Policy = change(((UpdateProtection)_command!).Policy) };

    // Its operating system; its master target where it replicates home, and the site where that is another one.
    private void AddMember(string[] values) => _around = _around with
    {
        Group = [.. _around.Group, new GroupMember($"web0{_around.Group.Count + 2}", values[0], values.Length > 1 ? values[1] : null) { Home = values.Length > 2 ? values[2] : null }],
    };

    private void TakePoint(Guid id) =>
        _command = _command is StartFailover failover ? failover with { PointId = id } : (StartTestFailover)_command! with { PointId = id };

    // The address is in use by another machine; our own has none there.
    private void TakeAddress(string network)
    {
        ChangeAzureMachine(machine => machine with { Nics = [machine.Nics[0] with { Address = null }] });
        _azure = _azure with { Machines = [.. _azure.Machines, Neighbour(PowerState.On, network) with { Nics = [MachineNic.Only(network)[0] with { Address = "10.0.0.4" }] }] };
    }

    // One disk: several would always be warned of.
    private void BecomeWindows()
    {
        ChangeBoth(machine => machine with { OperatingSystem = "Windows", Disks = [machine.Disks[0]] });
        ChangeMasterTarget(server => server with
        {
            OperatingSystem = "Windows", Setup = new MasterTargetSetup { ScaleOut = true, ConfigurationServer = "cs01" },
            RetentionVolumes = [new("R:", "retention") { FileSystem = "NTFS", CapacityBytes = 100L << 30 }],
        });
    }

    private void GiveSubnets(string[] prefixes)
    {
        _home = _home with { Subnets = [.. prefixes.Select(prefix => new Subnet("LAN", prefix))] };
        _azure = _azure with { Subnets = [.. prefixes.Select(prefix => new Subnet("vnet", prefix))] };
    }

    private void TakeAlong(IEnumerable<Machine> machines)
    {
        var leaving = machines.Aggregate(_around.Leaving.Value, (before, machine) => before.With(machine));
        _around = _around with { Leaving = new(leaving) };
    }

    private static Machine Neighbour(PowerState power, string network) => new("db01", Guid.Empty, "Linux", "esxi01", MachineNic.Only(network), [], power, 1);

    private void ChangeHomeMachine(Func<Machine, Machine> change) =>
        _home = _home with { Machines = [change(_home.Machines[0]), .. _home.Machines.Skip(1)] };

    private void ChangeAzureMachine(Func<Machine, Machine> change) =>
        _azure = _azure with { Machines = [change(_azure.Machines[0]), .. _azure.Machines.Skip(1)] };

    private static Machine WithSecond(string address)
    {
        var machine = Neighbour(PowerState.On, "other");
        return machine with { Nics = [machine.Nics[0] with { Address = "10.7.0.1" }, new("nic1", "VNET", Primary: false) { Address = address }] };
    }

    // Its network, its address and its target address; it waits at the target, too.
    private void AddNic(string[] words)
    {
        var nic = new MachineNic("nic1", words[0], Primary: false) { Address = OrNone(words[1]), TargetAddress = OrNone(words[2]), AddressIsStatic = words.Contains("static"), AddressIsPublic = words.Contains("public") };
        ChangeHomeMachine(machine => machine with { Nics = [.. machine.Nics, nic] });
        ChangeAzureMachine(machine => machine with { Nics = [.. machine.Nics, nic with { Network = "vnet" }] });
    }

    // The name of an interface, its network and its address; or that it is left out.
    private void TargetNic(string[] words) => _facts = _facts with
    {
        NicTargets = [.. _facts.NicTargets, words is [var left, "out"] ? new(left) { DoNotCreate = true } : new(words[0]) { Network = OrNone(words[1]), Address = OrNone(words[2]) }],
    };

    private static string? OrNone(string word) => word.Length == 0 ? null : word;

    private void ChangeHomeNic(Func<MachineNic, MachineNic> change) => ChangeHomeMachine(machine => machine with { Nics = [change(machine.Nics[0]), .. machine.Nics.Skip(1)] });

    private void ChangeHomeGuest(Func<Guest, Guest> change) => ChangeHomeMachine(machine => machine with { Guest = change(machine.Guest) });

    private void ChangeAzureGuest(Func<Guest, Guest> change) => ChangeAzureMachine(machine => machine with { Guest = change(machine.Guest) });

    private void ChangeBoth(Func<Machine, Machine> change)
    {
        ChangeHomeMachine(change);
        ChangeAzureMachine(change);
    }
}
