using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What a reprotect takes by itself may be named, but not be another one (TO-08).</summary>
public static class DerivedChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("ProtectionGroup", "TO-08", Reprotect, at => at.Reprotect?.ProtectionGroup is not null, at => Outcome.Needs(
            Words.Same(at.Reprotect!.ProtectionGroup, ProtectionGroups.Toward(at.Facts, Target(at))), at.Reprotect!.ProtectionGroup!,
            "ProtectionGroupMismatch", at.Facts.Item, at.Facts.FabricOf(Target(at)), ProtectionGroups.Toward(at.Facts, Target(at)), at.Reprotect!.ProtectionGroup!)),
    ];

    // Where a reprotect leads: to the side that the machine does not run on.
    private static Side Target(Situation at) => at.Facts.ActiveSide.Other();
}
