using System.Collections.Immutable;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The machines of a site by what checks ask for. A changed one shares all that is the same. Immutable, thread-safe.</summary>
internal sealed class MachineIndex
{
    public static readonly MachineIndex Empty = new(new Builder());

    private readonly ImmutableDictionary<string, Machine> _byName;
    private readonly ImmutableDictionary<Guid, ImmutableArray<Machine>> _byUuid;
    private readonly ImmutableDictionary<string, ImmutableArray<Machine>> _byAddress;
    private readonly ImmutableDictionary<string, ImmutableArray<Machine>> _byDisk;
    private readonly ImmutableDictionary<string, ImmutableArray<Machine>> _byDiskFolder;
    private readonly ImmutableDictionary<string, int> _running;
    private readonly ImmutableDictionary<string, long> _memory;

    private MachineIndex(Builder from)
    {
        (_byName, _byUuid, _byAddress) = (from.ByName.ToImmutable(), from.ByUuid.ToImmutable(), from.ByAddress.ToImmutable());
        (_byDisk, _byDiskFolder) = (from.ByDisk.ToImmutable(), from.ByDiskFolder.ToImmutable());
        (_running, _memory) = (from.Running.ToImmutable(), from.Memory.ToImmutable());
    }

    public Machine? Find(string name) => _byName.GetValueOrDefault(name);

    public Machine? Find(Guid uuid) => _byUuid.TryGetValue(uuid, out var found) ? found[0] : null;

    public IEnumerable<Machine> OnAddress(string network, string address) => Of(_byAddress, PlaceOf(network, address));

    public IEnumerable<Machine> WithDisk(string file) => Of(_byDisk, file);

    public IEnumerable<Machine> WithDiskIn(string folder) => Of(_byDiskFolder, folder);

    /// <summary>Machines that run on a network.</summary>
    public int RunningOn(string network) => _running.GetValueOrDefault(network);

    /// <summary>Memory of the machines that run on a host, in bytes.</summary>
    public long MemoryOn(string host) => _memory.GetValueOrDefault(host);

    /// <summary>The same without the machines of some names, and with others in their place.</summary>
    public MachineIndex With(IEnumerable<string> names, IEnumerable<Machine> machines)
    {
        var changed = new Builder(this);
        foreach (var name in names)
        {
            changed.Remove(name);
        }

        foreach (var machine in machines)
        {
            changed.Add(machine);
        }

        return new MachineIndex(changed);
    }

    private static ImmutableArray<Machine> Of(ImmutableDictionary<string, ImmutableArray<Machine>> machines, string key) => machines.GetValueOrDefault(key, []);

    private static string PlaceOf(string network, string address) => $"{address} {network}";

    private static string FolderOf(string file) => file.Split('/') is [.., var folder, _] ? folder : "";

    private sealed class Builder
    {
        public Builder()
            : this(Ignoring<Machine>(), ImmutableDictionary<Guid, ImmutableArray<Machine>>.Empty, Ignoring<ImmutableArray<Machine>>(),
                ImmutableDictionary.Create<string, ImmutableArray<Machine>>(StringComparer.Ordinal), Ignoring<ImmutableArray<Machine>>(), Ignoring<int>(), Ignoring<long>())
        {
        }

        public Builder(MachineIndex index)
            : this(index._byName, index._byUuid, index._byAddress, index._byDisk, index._byDiskFolder, index._running, index._memory)
        {
        }

        private Builder(
            ImmutableDictionary<string, Machine> byName, ImmutableDictionary<Guid, ImmutableArray<Machine>> byUuid,
            ImmutableDictionary<string, ImmutableArray<Machine>> byAddress, ImmutableDictionary<string, ImmutableArray<Machine>> byDisk,
            ImmutableDictionary<string, ImmutableArray<Machine>> byDiskFolder, ImmutableDictionary<string, int> running, ImmutableDictionary<string, long> memory)
        {
            (ByName, ByUuid, ByAddress, ByDisk) = (byName.ToBuilder(), byUuid.ToBuilder(), byAddress.ToBuilder(), byDisk.ToBuilder());
            (ByDiskFolder, Running, Memory) = (byDiskFolder.ToBuilder(), running.ToBuilder(), memory.ToBuilder());
        }

        public ImmutableDictionary<string, Machine>.Builder ByName { get; }

        public ImmutableDictionary<Guid, ImmutableArray<Machine>>.Builder ByUuid { get; }

        public ImmutableDictionary<string, ImmutableArray<Machine>>.Builder ByAddress { get; }

        public ImmutableDictionary<string, ImmutableArray<Machine>>.Builder ByDisk { get; }

        public ImmutableDictionary<string, ImmutableArray<Machine>>.Builder ByDiskFolder { get; }

        public ImmutableDictionary<string, int>.Builder Running { get; }

        public ImmutableDictionary<string, long>.Builder Memory { get; }

        public void Add(Machine machine)
        {
            if (ByName.TryAdd(machine.Name, machine))
            {
                Put(machine, (machines, key) => machines[key] = machines.GetValueOrDefault(key, []).Add(machine));
                ByUuid[machine.Uuid] = ByUuid.GetValueOrDefault(machine.Uuid, []).Add(machine);
                Count(machine, 1);
            }
        }

        public void Remove(string name)
        {
            if (ByName.Remove(name, out var machine))
            {
                Put(machine, (machines, key) => Take(machines, key, machine));
                Take(ByUuid, machine.Uuid, machine);
                Count(machine, -1);
            }
        }

        private static ImmutableDictionary<string, TValue> Ignoring<TValue>() => ImmutableDictionary.Create<string, TValue>(StringComparer.OrdinalIgnoreCase);

        private static void Take<TKey>(ImmutableDictionary<TKey, ImmutableArray<Machine>>.Builder machines, TKey key, Machine machine)
            where TKey : notnull
        {
            if (machines[key].Remove(machine) is { Length: > 0 } rest)
            {
                machines[key] = rest;
            }
            else
            {
                machines.Remove(key);
            }
        }

        // A machine with several disks in a folder is there as often as it has disks.
        private void Put(Machine machine, Action<ImmutableDictionary<string, ImmutableArray<Machine>>.Builder, string> change)
        {
            foreach (var (network, address) in NicPlaces.AddressesOf(machine))
            {
                change(ByAddress, PlaceOf(network, address));
            }

            foreach (var disk in machine.Disks)
            {
                change(ByDisk, disk.File);
                change(ByDiskFolder, FolderOf(disk.File));
            }
        }

        private void Count(Machine machine, int sign)
        {
            if (machine.Power == PowerState.On)
            {
                Memory[machine.Host] = Memory.GetValueOrDefault(machine.Host) + (sign * (machine.MemoryBytes ?? 0));
                foreach (var network in NicPlaces.NetworksOf(machine))
                {
                    Running[network] = Running.GetValueOrDefault(network) + sign;
                }
            }
        }
    }
}
