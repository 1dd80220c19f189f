using System.Globalization;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>What the history folder holds.</summary>
/// <param name="Usable">The newest unbroken run of segments, oldest first.</param>
/// <param name="Findings">What is damaged or missing, in words.</param>
internal sealed record HistoryFolderContent(IReadOnlyList<HistorySegment> Usable, IReadOnlyList<string> Findings);

/// <summary>
/// Reads the history folder. A damaged segment takes its own point and all older ones off the list, because they are read
/// through it; the newer points and the replica stay good. Nothing is deleted or repaired here.
/// </summary>
internal static class HistoryFolderReader
{
    /// <summary>Opens what is usable.</summary>
    public static HistoryFolderContent Open(IFileSystem files, string folder, RedoBase redoBase, IReadOnlyList<IBlockDevice> disks, bool writable)
    {
        var usable = new List<HistorySegment>();
        var findings = new List<string>();
        if (redoBase.Segment > NewestNumber(files, folder))
        {
            findings.Add($"{folder}: segment {redoBase.Segment} is missing");
            return new HistoryFolderContent(usable, findings);
        }

        var next = default(HistorySegment);
        foreach (var path in files.List(folder, "*.seg").Reverse())
        {
            var segment = TryOpen(files, path, writable, findings);
            var wrong = segment is null ? null : WhatIsWrong(segment, next, redoBase, disks);
            if (wrong is not null)
            {
                findings.Add($"{path}: {wrong}");
                segment!.Dispose();
            }

            if (segment is null || wrong is not null)
            {
                break;
            }

            usable.Insert(0, segment);
            next = segment;
        }

        return new HistoryFolderContent(usable, findings);
    }

    /// <summary>The highest segment number in use; 0 for none.</summary>
    public static long NewestNumber(IFileSystem files, string folder) => files.List(folder, "*.seg")
        .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .DefaultIfEmpty(0)
        .Max();

    private static HistorySegment? TryOpen(IFileSystem files, string path, bool writable, List<string> findings)
    {
        try
        {
            return HistorySegment.Open(files, path, writable);
        }
        catch (AsrException damage) when (damage.Error.Id == "JournalDamaged")
        {
            findings.Add(damage.Error.Message);
            return null;
        }
    }

    private static string? WhatIsWrong(HistorySegment segment, HistorySegment? next, RedoBase redoBase, IReadOnlyList<IBlockDevice> disks)
    {
        if (next is not null && segment.Number != next.Number - 1)
        {
            return $"segment {next.Number - 1} is missing";
        }

        if (next is not null && segment.Bytes != next.PreviousBytes)
        {
            return $"intact up to byte {segment.Bytes} of {next.PreviousBytes}";
        }

        if (segment.OutsideOf(disks) is { } outside)
        {
            return $"a before-image is of {outside}, which is not there";
        }

        var committed = segment.Number == redoBase.Segment ? redoBase.SegmentBytes : 0;
        return segment.Bytes < committed ? $"intact up to byte {segment.Bytes} of {committed}" : null;
    }
}
