using System.Globalization;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// A site's inventory with what many checks ask for looked up once, so that thousands of machines can be judged by it.
/// Immutable, thread-safe.
/// </summary>
public sealed class SiteView
{
    private readonly MachineIndex _machines;

    /// <summary>Looks at a snapshot.</summary>
    public SiteView(InventorySnapshot inventory)
        : this(inventory, MachineIndex.Empty.With([], inventory.Machines))
    {
    }

    private SiteView(InventorySnapshot inventory, MachineIndex machines) => (Inventory, _machines) = (inventory, machines);

    /// <summary>The snapshot; of a view that was changed only the machines that were read anew are in it.</summary>
    public InventorySnapshot Inventory { get; }

    /// <summary>The same site later: its own file and some machines were read anew, the other machines are as they were.</summary>
    /// <param name="inventory">What was read; of its hosts the memory that the site's file says, whatever runs there.</param>
    /// <param name="names">The machines that were looked for.</param>
    public SiteView With(InventorySnapshot inventory, IEnumerable<string> names)
    {
        var machines = _machines.With(names, inventory.Machines);
        return new SiteView(inventory with { Hosts = [.. inventory.Hosts.Select(host => host.Left(machines.MemoryOn(host.Name)))] }, machines);
    }

    /// <summary>A machine by name, or null.</summary>
    public Machine? Find(string machine) => _machines.Find(machine);

    /// <summary>A machine by its identity, whatever its name is now; null when there is none (MT-11).</summary>
    public Machine? Find(Guid uuid) => _machines.Find(uuid);

    /// <summary>The machines that have an address on a network.</summary>
    public IEnumerable<Machine> OnAddress(string network, string address) => _machines.OnAddress(network, address);

    /// <summary>The machines that use a disk file.</summary>
    public IEnumerable<Machine> WithDisk(string file) => _machines.WithDisk(file);

    /// <summary>The machines that use a disk file in a folder, which is called like the machine it was made for.</summary>
    public IEnumerable<Machine> WithDiskIn(string folder) => _machines.WithDiskIn(folder);

    /// <summary>Machines that run on a network.</summary>
    public int RunningOn(string network) => _machines.RunningOn(network);

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
