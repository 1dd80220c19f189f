using AsrFailback.Core.Protection;

namespace AsrFailback.Engine;

/// <content>Protection groups.</content>
public sealed partial class FailbackEngine
{
    /// <summary>
    /// The two fabrics of another machine that is, or is about to be, in a protection group and does not go between those of
    /// the machine that is to be in it; null when there is none (TO-08).
    /// </summary>
    internal string? OtherPathInProtectionGroup(string group, string item, string homeFabric, string recoveryFabric)
    {
        // Those about to be come first: one that becomes a member in between is in both.
        var coming = Jobs.Unfinished().Select(record => record.Command).OfType<EnableProtection>()
            .Select(other => (other.Item, Group: ProtectionGroups.ForwardOf(other), other.HomeFabric, other.RecoveryFabric)).ToArray();
        var members = _items.Values.Select(item => item.State.Facts)
            .Select(facts => (facts.Item, Group: ProtectionGroups.ForwardOf(facts), facts.HomeFabric, facts.RecoveryFabric));
        return coming.Concat(members)
            .Where(other => IsName(other.Group, group) && !IsName(other.Item, item))
            .Where(other => !IsName(other.HomeFabric, homeFabric) || !IsName(other.RecoveryFabric, recoveryFabric))
            .Select(other => $"{other.HomeFabric} → {other.RecoveryFabric}").FirstOrDefault();
    }
}
