using System.Collections.Immutable;

namespace AsrFailback.Core.Protection;

/// <summary>Machines whose failover to a site is under way or comes before, as they will be there (FO-12, ER 8038). Immutable, thread-safe.</summary>
public sealed class Arrivals
{
    /// <summary>Nobody arrives.</summary>
    public static readonly Arrivals None = new(
        ImmutableDictionary.Create<string, Machine>(StringComparer.OrdinalIgnoreCase),
        ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase),
        ImmutableDictionary.Create<string, ImmutableList<Machine>>(StringComparer.OrdinalIgnoreCase));

    private readonly ImmutableDictionary<string, Machine> _machines;
    private readonly ImmutableDictionary<string, long> _memory;
    private readonly ImmutableDictionary<string, ImmutableList<Machine>> _byAddress;

    private Arrivals(ImmutableDictionary<string, Machine> machines, ImmutableDictionary<string, long> memory, ImmutableDictionary<string, ImmutableList<Machine>> byAddress) =>
        (_machines, _memory, _byAddress) = (machines, memory, byAddress);

    /// <summary>Memory of those that arrive on a host, in bytes.</summary>
    public long MemoryOn(string host) => _memory.GetValueOrDefault(host);

    /// <summary>The first that arrives with an address on a network; null when none does.</summary>
    public Machine? OnAddress(string network, string address) => _byAddress.TryGetValue(PlaceOf(network, address), out var machines) ? machines[0] : null;

    /// <summary>The same with one more; one that is there already is not counted twice.</summary>
    /// <param name="machine">The machine, with the addresses it will have.</param>
    public Arrivals With(Machine machine)
    {
        if (_machines.ContainsKey(machine.Name))
        {
            return this;
        }

        return new Arrivals(
            _machines.Add(machine.Name, machine),
            _memory.SetItem(machine.Host, MemoryOn(machine.Host) + (machine.MemoryBytes ?? 0)),
            NicPlaces.AddressesOf(machine).Select(place => PlaceOf(place.Network, place.Address))
                .Aggregate(_byAddress, (known, place) => known.SetItem(place, known.GetValueOrDefault(place, []).Add(machine))));
    }

    /// <summary>The same but for one machine, which is not in its own way.</summary>
    public Arrivals Except(string item) =>
        _machines.ContainsKey(item) ? _machines.Remove(item).Values.Aggregate(None, (arrivals, machine) => arrivals.With(machine)) : this;

    private static string PlaceOf(string network, string address) => $"{address} {network}";
}
