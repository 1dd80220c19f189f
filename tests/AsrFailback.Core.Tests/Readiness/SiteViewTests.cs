using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>A view that was changed machine by machine answers like one of the whole inventory.</summary>
public sealed class SiteViewTests
{
    private const long HostMemory = 64L << 30;
    private static readonly string[] Names = ["db01", "web01", "web02", "WEB03"];
    private static readonly string[] Networks = ["LAN", "DMZ"];
    private static readonly string[] Addresses = ["10.0.0.1", "10.0.0.2"];
    private static readonly string[] Folders = ["db01", "web01"];

    // Broken on purpose: MachineIndex.Builder.Remove without its call of Count, or of Put; SiteView.With without its hosts.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_changed_view_answers_like_one_of_the_whole_inventory(int seed)
    {
        var random = new Random(seed);
        var machines = new Dictionary<string, Machine>(StringComparer.OrdinalIgnoreCase);
        var view = new SiteView(Site([]));
        for (var change = 0; change < 200; change++)
        {
            string[] names = [.. Names.Where(_ => random.Next(2) == 0)];
            foreach (var name in names)
            {
                machines.Remove(name);
                if (random.Next(3) > 0)
                {
                    machines[name] = Any(name, random);
                }
            }

            view = view.With(Site([]) with { Machines = [.. names.Where(machines.ContainsKey).Select(name => machines[name])] }, names);

            Assert.Equal(Answers(new SiteView(Site([.. machines.Values]))), Answers(view));
        }
    }

    [Fact]
    public void A_view_stays_as_it_was_when_another_is_made_of_it()
    {
        var before = new SiteView(Site([Any("web01", new Random(1))]));
        var answers = Answers(before);

        before.With(Site([]), Names);

        Assert.Equal(answers, Answers(before));
    }

    private static InventorySnapshot Site(Machine[] machines) => new()
    {
        Fabric = "onprem", Kind = FabricKind.VMware, Reachable = true, Connected = true, Machines = machines,
        Hosts = [new EsxiHost("esxi01", "Licensed") { FreeMemoryBytes = HostMemory }.Left(machines.Where(machine => machine.Power == PowerState.On).Sum(machine => machine.MemoryBytes ?? 0))],
    };

    private static Machine Any(string name, Random random) => new(
        name, new Guid(random.Next(3), 0, 0, new byte[8]), "Linux", "esxi01", [.. Enumerable.Range(0, 1 + random.Next(2)).Select(number => Nic(number, random))],
        [Disk(random), Disk(random)], (PowerState)random.Next(2), 1)
    {
        MemoryBytes = random.Next(2) == 0 ? null : 1L << 30,
    };

    private static MachineNic Nic(int number, Random random) => new($"nic{number}", Networks[random.Next(2)], Primary: number == 0)
    {
        Address = random.Next(3) == 0 ? null : Addresses[random.Next(2)],
    };

    private static MachineDisk Disk(Random random) => new("disk", $"ds/{Folders[random.Next(2)]}/{random.Next(2)}.vmdk", 1 << 20);

    private static string[] Answers(SiteView view) =>
    [
        .. Names.Select(name => $"{name} {view.Find(name.ToUpperInvariant())?.Uuid}"),
        .. Enumerable.Range(0, 3).Select(number => $"{number} {view.Find(new Guid(number, 0, 0, new byte[8])) is not null}"),
        .. from network in Networks from address in Addresses select $"{address} {Sorted(view.OnAddress(network, address))}",
        .. from folder in Folders from file in Enumerable.Range(0, 2) select $"{folder}/{file} {Sorted(view.WithDisk($"ds/{folder}/{file}.vmdk"))}",
        .. Folders.Select(folder => $"{folder} {Sorted(view.WithDiskIn(folder))}"),
        .. Networks.Select(network => $"{network} {view.RunningOn(network)}"),
        $"{view.FindHost("ESXI01")!.FreeMemoryBytes}",
    ];

    private static string Sorted(IEnumerable<Machine> machines) => string.Join(",", machines.Select(machine => machine.Name).Order(StringComparer.Ordinal));
}
