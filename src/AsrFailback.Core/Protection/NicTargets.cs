using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>What was said of network interfaces at the recovery site (FO-12). Pure.</summary>
public static class NicTargets
{
    /// <summary>What was said of one; null for nothing.</summary>
    public static NicTarget? For(ProtectionFacts facts, MachineNic nic) => facts.NicTargets.FirstOrDefault(target => Words.Same(target.Nic, nic.Name));

    /// <summary>Whether one is made there. The primary one is, whichever that is by now.</summary>
    public static bool IsCreated(ProtectionFacts facts, MachineNic nic) => nic.Primary || For(facts, nic) is not { DoNotCreate: true };

    /// <summary>The address one is to have there; null for whatever it is given.</summary>
    public static string? AddressAway(ProtectionFacts facts, MachineNic nic) => For(facts, nic)?.Address ?? nic.TargetAddress;

    /// <summary>What counts when something is said anew: of those that are named, only that.</summary>
    public static IReadOnlyList<NicTarget> Changed(IReadOnlyList<NicTarget> before, IReadOnlyList<NicTarget>? said) => said is null ? before :
    [
        .. before.Where(target => !said.Any(changed => Words.Same(changed.Nic, target.Nic))),
        .. said.Where(target => target != new NicTarget(target.Nic)),
    ];
}
