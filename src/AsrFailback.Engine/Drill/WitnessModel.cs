namespace AsrFailback.Engine.Drill;

/// <summary>What a chunk may hold.</summary>
/// <param name="Write">The last acknowledged write at or before the position; 0 for the content the disk began with.</param>
/// <param name="Unsettled">Later writes that were never acknowledged: each may be there or not.</param>
internal sealed record ExpectedChunk(long Write, IReadOnlyList<long> Unsettled);

/// <summary>What the disks must hold at a position, by the witness alone. Pure.</summary>
internal static class WitnessModel
{
    /// <summary>The chunks that were written, by (disk, chunk); every other one is as it began.</summary>
    public static Dictionary<(int Disk, long Chunk), ExpectedChunk> At(IReadOnlyList<WitnessEntry> entries, LogPosition position)
    {
        var givenUp = GivenUp(entries);
        var acknowledged = entries.Where(entry => entry.Kind == WitnessKind.Acknowledgement).Select(entry => entry.Write).ToHashSet();
        var expected = new Dictionary<(int, long), ExpectedChunk>();
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            var place = (entry.Disk, entry.Chunk);
            if (entry.Kind == WitnessKind.Acknowledgement && entry.Position <= position && !givenUp[index])
            {
                expected[place] = new ExpectedChunk(entry.Write, []);
            }
            else if (entry.Kind == WitnessKind.Intent && !acknowledged.Contains(entry.Write))
            {
                var before = expected.GetValueOrDefault(place) ?? new ExpectedChunk(0, []);
                expected[place] = before with { Unsettled = [.. before.Unsettled, entry.Write] };
            }
        }

        return expected;
    }

    /// <summary>Acknowledged writes after a position.</summary>
    public static long AcknowledgedAfter(IReadOnlyList<WitnessEntry> entries, LogPosition position) =>
        entries.LongCount(entry => entry.Kind == WitnessKind.Acknowledgement && entry.Position > position);

    /// <summary>When the newest write at or before a position was acknowledged; null when there is none.</summary>
    public static DateTimeOffset? NewestAt(IReadOnlyList<WitnessEntry> entries, LogPosition position) => entries
        .Where(entry => entry.Kind == WitnessKind.Acknowledgement && entry.Position <= position)
        .Select(entry => (DateTimeOffset?)entry.TimeUtc)
        .Max();

    /// <summary>The 64 KiB blocks written after one position and up to another; writes never acknowledged count too.</summary>
    public static HashSet<(int Disk, long Block)> BlocksWritten(IReadOnlyList<WitnessEntry> entries, LogPosition after, LogPosition upTo)
    {
        var outside = entries
            .Where(entry => entry.Kind == WitnessKind.Acknowledgement && (entry.Position <= after || entry.Position > upTo))
            .Select(entry => entry.Write).ToHashSet();
        const int ChunksPerBlock = Replication.Disks.Blocks.Size / WitnessLog.ChunkSize;
        return [.. entries.Where(entry => entry.Kind == WitnessKind.Intent && !outside.Contains(entry.Write))
            .Select(entry => (entry.Disk, entry.Chunk / ChunksPerBlock))];
    }

    // An acknowledged write is given up when a later failover went to a position before it.
    private static bool[] GivenUp(IReadOnlyList<WitnessEntry> entries)
    {
        var givenUp = new bool[entries.Count];
        var earliest = new LogPosition(uint.MaxValue, long.MaxValue);
        for (var index = entries.Count - 1; index >= 0; index--)
        {
            if (entries[index].Kind == WitnessKind.Failover && entries[index].Position < earliest)
            {
                earliest = entries[index].Position;
            }

            givenUp[index] = entries[index].Position > earliest;
        }

        return givenUp;
    }
}
