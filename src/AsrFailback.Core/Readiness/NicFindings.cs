using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// What checks find of the network interfaces of a machine (FO-12, RP-16): one finding for all of them, which names those that it is
/// about where a machine has several. Pure.
/// </summary>
internal static class NicFindings
{
    /// <summary>Values of interfaces as one value, each with its interface unless the machine has only one.</summary>
    /// <param name="all">All interfaces of the machine.</param>
    /// <param name="some">Those that are told of.</param>
    /// <param name="valueOf">The value of one.</param>
    public static string Tell(IReadOnlyList<MachineNic> all, IEnumerable<MachineNic> some, Func<MachineNic, string> valueOf) =>
        Words.List(some.Select(nic => all.Count > 1 ? $"{valueOf(nic)} ({nic.Name})" : valueOf(nic)));

    /// <summary>Whether an interface will have an address on a network of the target.</summary>
    public static bool Arrives(Situation at) => at.Replica is not null && Arriving(at).Any();

    /// <summary>Two interfaces with one address, of whichever machines.</summary>
    public static Outcome LookForHolders(Situation at)
    {
        var held = Arriving(at).Select(nic => (Nic: nic, Holder: HolderOf(at, nic))).Where(pair => pair.Holder is not null).ToArray();
        return Outcome.Needs(
            held.Length == 0, Addresses(at, Arriving(at)),
            "AddressTaken", at.Facts.Item, Addresses(at, held.Select(pair => pair.Nic)), Words.List(held.Select(pair => pair.Holder!).Distinct()));
    }

    /// <summary>Addresses outside the subnets of their networks.</summary>
    public static Outcome LookForOutside(Situation at)
    {
        var outside = Arriving(at).Where(nic => !SubnetRules.HasRoomFor(at.Target.Inventory, nic.Network!, nic.Address!)).ToArray();
        return Outcome.Needs(
            outside.Length == 0, Addresses(at, Arriving(at)), "AddressOutsideSubnet", at.Facts.Item, Addresses(at, outside), Networks(outside),
            Words.List(outside.Select(nic => nic.Network!).Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(network => SubnetRules.PrefixesOf(at.Target.Inventory, network))));
    }

    /// <summary>Whether an interface has an address now that clients may know, and is there after the failover.</summary>
    public static bool IsKnown(Situation at) => Known(at).Any();

    /// <summary>Addresses that change.</summary>
    public static Outcome LookForChanges(Situation at)
    {
        var changed = Known(at).Where(nic => !IsKept(at, nic)).ToArray();
        return Outcome.Warns(
            changed.Length == 0, AddressesThere(at, Known(at)), "AddressChanges", at.Facts.Item, AddressesNow(at, changed), AddressesThere(at, changed));
    }

    /// <summary>Whether an address is a public one of its provider.</summary>
    public static bool HasPublic(Situation at) => Public(at).Any();

    /// <summary>Public addresses that are to be kept.</summary>
    public static Outcome LookForPublic(Situation at)
    {
        var kept = Public(at).Where(nic => IsKept(at, nic)).ToArray();
        return Outcome.Warns(kept.Length == 0, AddressesNow(at, Public(at)), "PublicAddressLost", at.Facts.Item, AddressesNow(at, kept));
    }

    /// <summary>Whether an interface is to have a certain network away from home.</summary>
    public static bool WantsNetworks(Situation at) => WantedNetworks(at).Any();

    /// <summary>Networks that are not at the target any more.</summary>
    public static Outcome LookForNetworks(Situation at)
    {
        var missing = WantedNetworks(at).Where(wanted => !at.Target.Inventory.Networks.Has(wanted.Network)).ToArray();
        MachineNic[] given = [.. missing.Select(wanted => NicPlan.Find(at.NicsOnArrival, wanted.Nic) ?? wanted.Nic with { Network = null })];
        return Outcome.Warns(
            missing.Length == 0, Words.List(WantedNetworks(at).Select(wanted => wanted.Network).Distinct(StringComparer.OrdinalIgnoreCase)), "MappedNetworkMissing", at.Facts.Item,
            Words.List(missing.Select(wanted => wanted.Network).Distinct(StringComparer.OrdinalIgnoreCase)), at.Target.Inventory.Fabric, Tell(at.NicsOnArrival, given, nic => nic.Network ?? "none"));
    }

    /// <summary>Whether an address is kept on a network that others may stay on.</summary>
    public static bool KeepsSubnets(Situation at) => KeptNetworks(at).Any();

    /// <summary>Machines that stay on networks whose addresses are kept. Who goes along stays behind no more than the machine itself.</summary>
    public static Outcome LookForStaying(Situation at)
    {
        var staying = KeptNetworks(at).Select(network => (Name: network, Count: at.Source.RunningOn(network) - at.Around.Leaving.Value.With(at.Machine!).RunningOn(network))).ToArray();
        var partly = staying.Where(network => network.Count > 0).ToArray();
        return Outcome.Warns(
            partly.Length == 0, $"{staying.Sum(network => network.Count)}", "SubnetPartly", at.Facts.Item, Words.List(partly.Select(network => network.Name)), partly.Sum(network => network.Count));
    }

    /// <summary>Addresses that were set by hand at home, and come home on DHCP.</summary>
    public static Outcome LookForStatic(Situation at)
    {
        var all = HomeNics(at).Where(nic => nic.AddressIsStatic).ToArray();
        var told = Tell(HomeNics(at), all, nic => nic.Address ?? "");
        return Outcome.Warns(all.Length == 0, told, "LinuxOnDhcp", at.Facts.Item, told);
    }

    /// <summary>Addresses that were set by hand at home and are not known.</summary>
    public static Outcome LookForUnrecorded(Situation at)
    {
        var unknown = HomeNics(at).Where(nic => nic is { AddressIsStatic: true, Address: null }).ToArray();
        return Outcome.Warns(
            unknown.Length == 0, Tell(HomeNics(at), HomeNics(at), nic => nic.Address ?? ""), "WindowsAddressNotRecorded", Tell(HomeNics(at), unknown, _ => at.Facts.Item));
    }

    private static IEnumerable<MachineNic> Arriving(Situation at) => at.NicsOnArrival.Where(nic => nic is { Network: not null, Address: not null });

    // What comes home on DHCP is told of already.
    private static IEnumerable<MachineNic> Known(Situation at) => !at.SeesSource || !at.SeesTarget || at.Machine is null ? [] : at.Machine.Nics.Where(nic =>
        nic.Address is not null && NicPlan.Find(at.NicsOnArrival, nic) is { } there && !(at.ComesHome("Linux") && at.Replica is not null && there.AddressIsStatic));

    private static IEnumerable<MachineNic> Public(Situation at) => Present(at).Where(nic => nic.AddressIsPublic);

    private static IEnumerable<string> KeptNetworks(Situation at) =>
        Present(at).Where(nic => nic.Network is not null && IsKept(at, nic)).Select(nic => nic.Network!).Distinct(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<MachineNic> Present(Situation at) => at is { SeesSource: true, SeesTarget: true, Machine: { } machine } ? machine.Nics.Where(nic => nic.Address is not null) : [];

    private static IEnumerable<(MachineNic Nic, string Network)> WantedNetworks(Situation at) => at.Facts.TargetSide == Side.Home ? [] :
        from nic in at.Machine?.Nics ?? at.Facts.KnownNics ?? []
        where NicTargets.IsCreated(at.Facts, nic)
        let wanted = NetworkPlan.WantedAway(at.Facts, at.Around.NetworkMappings, nic)
        where wanted is not null
        select (nic, wanted);

    private static IReadOnlyList<MachineNic> HomeNics(Situation at) => at.Replica?.Nics ?? [];

    private static bool IsKept(Situation at, MachineNic nic) => Words.Same(nic.Address, NicPlan.Find(at.NicsOnArrival, nic)?.Address);

    // One whose failover is under way has the address already, whatever the inventory says.
    private static string? HolderOf(Situation at, MachineNic nic) =>
        (at.Target.OnAddress(nic.Network!, nic.Address!).FirstOrDefault(holder => holder.Uuid != at.Replica!.Uuid) ?? at.Around.Arriving.Value.OnAddress(nic.Network!, nic.Address!))?.Name
        ?? (Arriving(at).Any(other => other.Name != nic.Name && Words.Same(other.Network, nic.Network) && Words.Same(other.Address, nic.Address)) ? at.Facts.Item : null);

    private static string Addresses(Situation at, IEnumerable<MachineNic> nics) => Tell(at.NicsOnArrival, nics, nic => nic.Address!);

    private static string AddressesNow(Situation at, IEnumerable<MachineNic> nics) => Tell(at.Machine!.Nics, nics, nic => nic.Address!);

    private static string AddressesThere(Situation at, IEnumerable<MachineNic> nics) =>
        Tell(at.Machine!.Nics, nics, nic => NicPlan.Find(at.NicsOnArrival, nic)?.Address ?? "DHCP");

    private static string Networks(IEnumerable<MachineNic> nics) => Words.List(nics.Select(nic => nic.Network!).Distinct(StringComparer.OrdinalIgnoreCase));
}
