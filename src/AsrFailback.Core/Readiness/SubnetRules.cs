using System.Net;

namespace AsrFailback.Core.Readiness;

/// <summary>Which addresses a network has room for (FO-12). Pure.</summary>
public static class SubnetRules
{
    /// <summary>The prefixes of a network; none where they are not known.</summary>
    public static IReadOnlyList<string> PrefixesOf(InventorySnapshot inventory, string network) =>
        [.. inventory.Subnets.Where(subnet => Words.Same(subnet.NetworkName, network)).Select(subnet => subnet.Prefix)];

    /// <summary>Whether an address may be on a network: always where its prefixes are not known. What is no prefix has room for none; the refusal shows it.</summary>
    public static bool HasRoomFor(InventorySnapshot inventory, string network, string address) =>
        PrefixesOf(inventory, network) is not { Count: > 0 } prefixes
        || (IPAddress.TryParse(address, out var parsed) && prefixes.Any(prefix => IPNetwork.TryParse(prefix, out var subnet) && subnet.Contains(parsed)));
}
