namespace AsrFailback.Core.Protection;

/// <summary>Where the network interfaces of a machine are (FO-12). Pure.</summary>
internal static class NicPlaces
{
    /// <summary>The addresses it has, each with its network.</summary>
    public static IEnumerable<(string Network, string Address)> AddressesOf(Machine machine) =>
        machine.Nics.Where(nic => nic is { Network: not null, Address: not null }).Select(nic => (nic.Network!, nic.Address!));

    /// <summary>The networks it is attached to: it is on each of them once.</summary>
    public static IEnumerable<string> NetworksOf(Machine machine) =>
        machine.Nics.Select(nic => nic.Network).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase);
}
