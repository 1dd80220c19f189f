namespace AsrFailback.Core.Protection;

/// <summary>The addresses of a machine at its two sides (FO-12), kept with the item because a source that is gone cannot be asked. Pure.</summary>
/// <param name="Home">Its own address at home; null when it is not known.</param>
/// <param name="Recovery">Its target address; null for whatever it is given there.</param>
public sealed record AddressPlan(string? Home, string? Recovery)
{
    /// <summary>Its network at home; null for none, or when it is not known.</summary>
    public string? Network { get; init; }

    /// <summary>What the machine at home says.</summary>
    public static AddressPlan Of(Machine home) => new(home.Guest.Address, home.Guest.TargetAddress) { Network = home.Network };

    /// <summary>What is known of a replica away from home: it has no address before a failover.</summary>
    public static Guest Waiting(Guest home) => home with { Address = null, TargetAddress = null };

    /// <summary>What is known of a machine that is made anew at home: its own address is the one it was to have after its failover.</summary>
    public static Guest BackHome(Guest recovery) => recovery with { Address = recovery.TargetAddress, TargetAddress = recovery.Address };

    /// <summary>The address a machine will have when it has failed over; null for whatever it is given there.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="source">The machine where it runs; null when that cannot be looked at.</param>
    /// <param name="target">The machine that waits for it.</param>
    public static string? OnArrival(ProtectionFacts facts, Guest? source, Guest? target) => facts.TargetSide == Side.Home
        ? target?.Address ?? source?.TargetAddress ?? facts.Addresses?.Home
        : source is null ? facts.Addresses?.Recovery : source.TargetAddress;

    /// <summary>What is known of a machine once it has failed over.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="source">The machine where it ran; null when that cannot be looked at.</param>
    /// <param name="target">The machine that waited for it.</param>
    public static Guest Arrived(ProtectionFacts facts, Guest? source, Guest target)
    {
        var address = OnArrival(facts, source, target);
        if (facts.TargetSide == Side.Home)
        {
            return target with { Address = address };
        }

        var own = source is null ? facts.Addresses?.Home : source.Address;
        return (address ?? own) is null ? target : target with { Address = address, TargetAddress = own };
    }
}
