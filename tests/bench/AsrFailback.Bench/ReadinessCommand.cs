using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Bench;

/// <summary>Judges thousands of machines by every rule of every operation: the processor time of the rules, no file is read.</summary>
internal static class ReadinessCommand
{
    private const double GoalSeconds = 2;

    private static readonly ProtectionOperation[] Operations =
        [ProtectionOperation.Reprotect, ProtectionOperation.Failover, ProtectionOperation.TestFailover, ProtectionOperation.Commit];

    public static Command Create()
    {
        var machines = new Option<int>("--machines") { DefaultValueFactory = _ => 10_000, Description = "Machines at both sites" };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Runs; the median counts" };
        var command = new Command("readiness", "Every check of every operation for every machine") { machines, runs };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(machines), parsed.GetRequiredValue(runs)));
        return command;
    }

    private static int Run(int machines, int runs)
    {
        var (home, azure) = (Home(machines), Azure(machines));
        var results = 0;
        var seconds = Enumerable.Range(0, runs).Select(_ =>
        {
            var watch = Stopwatch.StartNew();
            results = JudgeAll(home, azure);
            return watch.Elapsed.TotalSeconds;
        }).Order().ToArray();
        var median = seconds[runs / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{machines} machines, {results} results, {runs} runs: median {median:F2} s, least {seconds[0]:F2} s, most {seconds[^1]:F2} s; goal {GoalSeconds} s {(median <= GoalSeconds ? "met" : "MISSED")}"));
        return median <= GoalSeconds ? 0 : 1;
    }

    private static int JudgeAll(InventorySnapshot home, InventorySnapshot azure)
    {
        var (source, target) = (new SiteView(azure), new SiteView(home));
        var around = new Surroundings(3, ReplicationMode.InOrder, null) { ExpectedLoss = TimeSpan.FromSeconds(3) };
        return home.Machines.Sum(machine => Operations.Sum(operation => ReadinessRules.Evaluate(new Situation
        {
            Facts = Facts(machine.Name, operation), Operation = operation, Around = around, Source = source, Target = target, NowUtc = DateTimeOffset.UnixEpoch,
        }).Count));
    }

    private static ProtectionFacts Facts(string item, ProtectionOperation operation) => new()
    {
        Item = item, HomeFabric = "onprem", RecoveryFabric = "azure", Policy = ReplicationPolicy.Default, ActiveSide = Side.Recovery,
        SourceSide = operation == ProtectionOperation.Reprotect ? Side.Home : Side.Recovery,
        Phase = operation switch
        {
            ProtectionOperation.Reprotect => Phase.Committed,
            ProtectionOperation.Commit => Phase.CommitPending,
            _ => Phase.Protected,
        },
    };

    private static InventorySnapshot Azure(int machines) => new()
    {
        Fabric = "azure", Kind = FabricKind.Azure, Reachable = true, Connected = true, Networks = ["vnet"],
        ProcessServers = [new("ps-azure", ProcessServer.UsualPort)],
        Machines = Machines(machines, "vnet", PowerState.On),
    };

    private static InventorySnapshot Home(int machines) => new()
    {
        Fabric = "onprem", Kind = FabricKind.VMware, Reachable = true, Connected = true, Connection = new("SiteToSiteVpn"),
        ConfigurationServer = new("cs01"), Hosts = [new("esxi01", "Licensed") { FreeMemoryBytes = 64L << 30 }], Datastores = [new("datastore1", "VMFS", ["esxi01"])],
        MasterTargets = [new("mt01", "Linux", "esxi01", "TRUE", true, false, 2) { RetentionVolumes = [new("/mnt/retention", "retention")] }],
        Machines = Machines(machines, "VM Network", PowerState.Off),
    };

    private static MachineDisk Disk(int number, string name) =>
        new(name, $"datastores/datastore1/vm-{number:D5}/{name}.vmdk", 1 << 30) { Datastore = "datastore1" };

    private static Machine[] Machines(int count, string network, PowerState power) =>
    [
        .. Enumerable.Range(0, count).Select(number => new Machine(
            $"vm-{number:D5}", new Guid(number, 0, 0, new byte[8]), "Linux", "esxi01", [MachineNic.Only(network)[0] with { Address = $"10.0.{number / 250}.{number % 250}" }],
            [Disk(number, "os"), Disk(number, "data")], power, 2)
        {
            MemoryBytes = 4L << 30,
        }),
    ];
}
