using System.Net;
using System.Net.Sockets;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Engine.Operations;

/// <summary>What is said of the network interfaces of a machine at its recovery site, when its protection is set (FO-12). Pure.</summary>
internal static class NicChecks
{
    /// <summary>The checks; none where nothing is said.</summary>
    /// <param name="facts">The item as it is to be, with the machine's interfaces at home.</param>
    /// <param name="said">What is said.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="recovery">The recovery site; null, or one that does not answer, leaves the rest to the failover.</param>
    public static IEnumerable<CheckResult> Of(ProtectionFacts facts, IReadOnlyList<NicTarget>? said, IReadOnlyList<NetworkMapping> mappings, InventorySnapshot? recovery)
    {
        if (said is null)
        {
            yield break;
        }

        var nics = facts.KnownNics ?? [];
        var twice = said.GroupBy(target => target.Nic, StringComparer.OrdinalIgnoreCase).FirstOrDefault(named => named.Count() > 1)?.Key;
        yield return CheckResult.Of("NicOnce", "FO-12", twice is null, () => ErrorCatalogue.Error("NicNamedTwice", facts.Item, twice!));
        foreach (var target in said)
        {
            var nic = nics.FirstOrDefault(known => string.Equals(known.Name, target.Nic, StringComparison.OrdinalIgnoreCase));
            yield return CheckResult.Of("NicKnown", "FO-12", nic is not null, () =>
                ErrorCatalogue.Error("NicUnknown", facts.Item, target.Nic, string.Join(", ", nics.Select(known => known.Name))));
            if (nic is not null)
            {
                foreach (var check in Of(facts, nic, target, mappings, recovery is { Reachable: true } ? recovery : null))
                {
                    yield return check;
                }
            }
        }
    }

    // A part of an address of IPv4 would be taken for the whole of another one.
    private static bool IsAddress(string text) => IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    // The network of whatever is not mapped.
    private static string? Usual(InventorySnapshot? site) => site is { Networks: [var first, ..] } ? first : null;

    private static IEnumerable<CheckResult> Of(ProtectionFacts facts, MachineNic nic, NicTarget target, IReadOnlyList<NetworkMapping> mappings, InventorySnapshot? recovery)
    {
        yield return CheckResult.Of("NicCreated", "FO-12", !(nic.Primary && target.DoNotCreate), () => ErrorCatalogue.Error("PrimaryNicLeftOut", facts.Item, nic.Name));
        yield return CheckResult.Of("NicTold", "FO-12", !target.DoNotCreate || target is { Network: null, Address: null }, () => ErrorCatalogue.Error("NicLeftOutHasValues", facts.Item, nic.Name));
        if (target.Network is { } network && recovery is not null)
        {
            yield return CheckResult.Of("NicNetwork", "FO-12", recovery.Networks.Contains(network, StringComparer.OrdinalIgnoreCase), () =>
                ErrorCatalogue.Error("NetworkUnknown", network, recovery.Fabric, string.Join(", ", recovery.Networks)));
        }

        if (target.DoNotCreate || NicTargets.AddressAway(facts, nic) is not { } address)
        {
            yield break;
        }

        yield return CheckResult.Of("NicAddress", "FO-12", IsAddress(address), () => ErrorCatalogue.Error("NicAddressInvalid", facts.Item, nic.Name, address));
        var there = recovery is null ? null : NetworkPlan.Away(facts, mappings, nic, Usual(recovery), recovery.Networks);
        if (there is not null)
        {
            yield return CheckResult.Of("NicSubnet", "FO-12", SubnetRules.HasRoomFor(recovery!, there, address), () =>
                ErrorCatalogue.Error("AddressOutsideSubnet", facts.Item, $"{address} ({nic.Name})", there, string.Join(", ", SubnetRules.PrefixesOf(recovery!, there))));
        }

        var other = facts.KnownNics!.FirstOrDefault(other => other.Name != nic.Name && NicTargets.IsCreated(facts, other)
            && NicTargets.AddressAway(facts, other) is { } taken && string.Equals(taken, address, StringComparison.OrdinalIgnoreCase)
            && string.Equals(Network(other), Network(nic), StringComparison.OrdinalIgnoreCase));
        yield return CheckResult.Of("NicDistinct", "FO-12", other is null, () =>
            ErrorCatalogue.Error("AddressTaken", facts.Item, $"{address} ({nic.Name})", $"{facts.Item} ({other!.Name})"));

        string? Network(MachineNic of) => NetworkPlan.WantedAway(facts, mappings, of) ?? Usual(recovery);
    }
}
