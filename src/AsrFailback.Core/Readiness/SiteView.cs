using System.Globalization;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// A site's inventory with what many checks ask for looked up once, so that thousands of machines can be judged by it.
/// Immutable, thread-safe.
/// </summary>
public sealed class SiteView
{
    private readonly Dictionary<string, Machine> _machines = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Guid, Machine> _byUuid = [];
    private readonly ILookup<string, Machine> _byAddress;
    private readonly ILookup<string, Machine> _byDisk;
    private readonly ILookup<string, Machine> _byDiskFolder;
    private readonly Dictionary<string, int> _running = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks at a snapshot.</summary>
    public SiteView(InventorySnapshot inventory)
    {
        Inventory = inventory;
        _byAddress = inventory.Machines.Where(machine => machine is { Network: not null, Guest.Address: not null })
            .ToLookup(machine => PlaceOf(machine.Network!, machine.Guest.Address!), StringComparer.OrdinalIgnoreCase);
        var disks = inventory.Machines.SelectMany(machine => machine.Disks.Select(disk => (disk.File, Machine: machine))).ToArray();
        _byDisk = disks.ToLookup(disk => disk.File, disk => disk.Machine, StringComparer.Ordinal);
        _byDiskFolder = disks.ToLookup(disk => FolderOf(disk.File), disk => disk.Machine, StringComparer.OrdinalIgnoreCase);
        foreach (var machine in inventory.Machines)
        {
            _machines.TryAdd(machine.Name, machine);
            _byUuid.TryAdd(machine.Uuid, machine);
            if (machine is { Network: { } network, Power: PowerState.On })
            {
                _running[network] = _running.GetValueOrDefault(network) + 1;
            }
        }
    }

    /// <summary>The snapshot.</summary>
    public InventorySnapshot Inventory { get; }

    /// <summary>A machine by name, or null.</summary>
    public Machine? Find(string machine) => _machines.GetValueOrDefault(machine);

    /// <summary>A machine by its identity, whatever its name is now; null when there is none (MT-11).</summary>
    public Machine? Find(Guid uuid) => _byUuid.GetValueOrDefault(uuid);

    /// <summary>The machines that have an address on a network.</summary>
    public IEnumerable<Machine> OnAddress(string network, string address) => _byAddress[PlaceOf(network, address)];

    /// <summary>The machines that use a disk file.</summary>
    public IEnumerable<Machine> WithDisk(string file) => _byDisk[file];

    /// <summary>The machines that use a disk file in a folder, which is called like the machine it was made for.</summary>
    public IEnumerable<Machine> WithDiskIn(string folder) => _byDiskFolder[folder];

    /// <summary>Machines that run on a network.</summary>
    public int RunningOn(string network) => _running.GetValueOrDefault(network);

    private static string FolderOf(string file) => file.Split('/') is [.., var folder, _] ? folder : "";

    private static string PlaceOf(string network, string address) => $"{address} {network}";

    /// <summary>A host by name, or null.</summary>
    public EsxiHost? FindHost(string host) => Inventory.Hosts.FirstOrDefault(candidate => Words.Same(candidate.Name, host));

    /// <summary>A datastore by name, or null.</summary>
    public Datastore? FindDatastore(string? datastore) => Inventory.Datastores.FirstOrDefault(candidate => Words.Same(candidate.Name, datastore));
}

/// <summary>Names and words of an inventory compare without case.</summary>
internal static class Words
{
    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    public static bool Has(this IEnumerable<string> words, string word) => words.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>A moment as a value: UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);

    /// <summary>Several names as one value.</summary>
    public static string List(IEnumerable<string> words) => string.Join(", ", words);
}
