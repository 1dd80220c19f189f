namespace AsrFailback.Core.Protection;

/// <summary>Where an item was first protected.</summary>
/// <param name="Fabric">The fabric, which is in the item's id for ever.</param>
/// <param name="Kind">Its kind.</param>
public sealed record Origin(string Fabric, FabricKind Kind);

/// <summary>A machine that stays behind at a site that was its home.</summary>
/// <param name="Fabric">The site.</param>
/// <param name="Machine">Its identity there (MT-11).</param>
/// <param name="MasterTarget">The master target that kept the journals there; null when there was none.</param>
/// <param name="RetentionVolume">The volume of it; null for its first one.</param>
public sealed record LeftMachine(string Fabric, Guid Machine, string? MasterTarget, string? RetentionVolume)
{
    /// <summary>Somebody switched it on since.</summary>
    public bool Ran { get; init; }
}

/// <summary>A machine comes home to another site than the one it left (RP-03, RP-10, RP-15). Pure.</summary>
public static class HomeMove
{
    /// <summary>The facts of an item whose home is another site: nothing that is known of the old one counts there. Its id stays.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="fabric">The new home.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="machine">The machine's identity.</param>
    public static ProtectionFacts To(ProtectionFacts facts, string fabric, FabricKind kind, Guid machine) => facts with
    {
        HomeFabric = fabric,
        HomeKind = kind,
        Origin = facts.Origin ?? new Origin(facts.HomeFabric, facts.HomeKind),
        Left =
        [
            .. facts.Left.Where(left => !IsAt(left, fabric) && !IsAt(left, facts.HomeFabric)),
            new LeftMachine(facts.HomeFabric, machine, facts.MasterTarget, facts.RetentionVolume),
        ],
        MasterTarget = null,
        RetentionVolume = null,
        ProcessServer = null,
        Placement = null,
        ReplicaRan = false,
        ReplicaSuspect = false,
        ReplicaSpoilt = false,
        CompareEverything = true,
    };

    /// <summary>Whether an item's machine was left at a fabric.</summary>
    public static bool HasLeft(ProtectionFacts facts, string fabric) => facts.Left.Any(left => IsAt(left, fabric));

    /// <summary>The epoch that is written where a machine is left: what remembers it as its home is older (invariant 5).</summary>
    public static long FenceOf(ProtectionFacts facts) => facts.Epoch + 1;

    private static bool IsAt(LeftMachine left, string fabric) => string.Equals(left.Fabric, fabric, StringComparison.OrdinalIgnoreCase);
}
