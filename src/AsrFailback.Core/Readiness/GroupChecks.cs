using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Machines that share their recovery points go home together (RP-06, RP-07).</summary>
public static class GroupChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("GroupThroughPlan", "RP-06", Reprotect, InGroup, at => Outcome.Needs(
            at.Reprotect?.Plan is not null, at.Facts.ReplicationGroup!, "GroupNeedsPlan", at.Facts.Item, at.Facts.ReplicationGroup!)),
        new("GroupMasterTarget", "RP-06", Reprotect, at => InGroup(at) && at.GoesToVSphere && at.MasterTarget is not null, at => Outcome.Needs(
            Elsewhere(at) is null, at.MasterTarget!.Name, "GroupMasterTarget", at.Facts.Item, at.Facts.ReplicationGroup!, Elsewhere(at)?.MasterTarget ?? "")),
        new("GroupFamily", "RP-07", [ProtectionOperation.Reprotect, ProtectionOperation.Failover], at => InGroup(at) && at.GoesToVSphere, at => Outcome.Needs(
            Families(at) < 2, Words.List(at.Around.Group.Select(member => member.OperatingSystem).Append(at.OperatingSystem).Distinct(StringComparer.OrdinalIgnoreCase)),
            "GroupMixed", at.Facts.ReplicationGroup!)),
    ];

    private static bool InGroup(Situation at) => at.Facts.ReplicationGroup is not null;

    private static int Families(Situation at) =>
        at.Around.Group.Select(member => member.OperatingSystem).Append(at.OperatingSystem).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    private static GroupMember? Elsewhere(Situation at) =>
        at.Around.Group.FirstOrDefault(member => member.MasterTarget is not null
            && !(Words.Same(member.MasterTarget, at.MasterTarget!.Name) && Words.Same(member.Home ?? at.Facts.HomeFabric, at.Facts.HomeFabric)));
}
