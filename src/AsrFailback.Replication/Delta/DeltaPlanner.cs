using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Delta;

/// <summary>What is known about the two sides of an item when replication is to turn around.</summary>
/// <param name="DiskBytes">Sizes of the disks in bytes.</param>
/// <param name="WrittenByNewSource">Regions the now active side wrote since the common point; null when that is not known.</param>
/// <param name="UnacknowledgedByOldSource">Regions the old source wrote and the other side may never have received; null when not known.</param>
/// <param name="WrittenByOldSourceAfterPoint">Regions the old source wrote after the point and the other side did receive; null when not known.</param>
public sealed record DeltaFacts(
    IReadOnlyList<long> DiskBytes, RegionMap? WrittenByNewSource, RegionMap? UnacknowledgedByOldSource, RegionMap? WrittenByOldSourceAfterPoint);

/// <summary>Where the two sides may differ.</summary>
/// <param name="Regions">Regions to compare; everything else is equal since the common point.</param>
/// <param name="IsFull">Whether something was unknown and everything has to be compared.</param>
public sealed record DeltaPlan(RegionMap Regions, bool IsFull);

/// <summary>
/// Decides what has to be compared after a failover: the blocks written on <em>either</em> side since the common point.
/// The old source may hold writes newer than the point, and they have to be rolled back (RP-02). Pure.
/// </summary>
public static class DeltaPlanner
{
    /// <summary>The plan.</summary>
    public static DeltaPlan Plan(DeltaFacts facts)
    {
        RegionMap?[] sources = [facts.WrittenByNewSource, facts.UnacknowledgedByOldSource, facts.WrittenByOldSourceAfterPoint];
        if (sources.Any(source => source is null))
        {
            return new DeltaPlan(RegionMap.Full(facts.DiskBytes), IsFull: true);
        }

        var regions = new RegionMap(facts.DiskBytes);
        foreach (var source in sources)
        {
            regions.UnionWith(source!);
        }

        return new DeltaPlan(regions, IsFull: false);
    }
}
