using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>What the history folder holds.</summary>
/// <param name="Usable">The newest unbroken run of segments, oldest first.</param>
/// <param name="Findings">What is damaged or missing, in words.</param>
internal sealed record HistoryFolderContent(IReadOnlyList<HistorySegment> Usable, IReadOnlyList<string> Findings);

/// <summary>
/// Reads the history folder. A damaged segment takes its own point and all older ones off the list, because they are read
/// through it; the newer points and the replica stay good. Nothing is deleted or repaired here. Of all but the newest
/// segment only the header and the length are looked at.
/// </summary>
internal static class HistoryFolderReader
{
    /// <summary>Opens what is usable.</summary>
    /// <param name="files">File system.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="redo">The redo log: history is encrypted where it is.</param>
    /// <param name="redoBase">What the redo log knew of history.</param>
    /// <param name="disks">The replica disks.</param>
    /// <param name="cipher">What opens before-images; null where they are not encrypted, or only looked at.</param>
    /// <param name="writable">Whether before-images are to be added.</param>
    public static HistoryFolderContent Open(
        IFileSystem files, string folder, RedoLog redo, RedoBase redoBase, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher, bool writable)
    {
        var findings = new List<string>();
        if (redoBase.Segment > NewestNumber(files, folder))
        {
            findings.Add($"{folder}: segment {redoBase.Segment} is missing");
            return new HistoryFolderContent([], findings);
        }

        var newestFirst = new List<HistorySegment>();
        foreach (var path in files.List(folder, "*.seg").Reverse())
        {
            var newer = newestFirst.Count > 0 ? newestFirst[^1] : null;
            if (TryOpen(() => newer is null
                ? HistorySegment.OpenNewest(files, path, disks, cipher, writable)
                : HistorySegment.OpenClosed(files, path, disks, cipher, newer.PreviousBytes), findings)
                is not { } segment)
            {
                break;
            }

            if (WhatIsWrong(segment, newer, redo, redoBase) is { } wrong)
            {
                findings.Add($"{path}: {wrong}");
                segment.Dispose();
                break;
            }

            newestFirst.Add(segment);
        }

        newestFirst.Reverse();
        return new HistoryFolderContent(newestFirst, findings);
    }

    /// <summary>The highest segment number in use; 0 for none.</summary>
    public static long NewestNumber(IFileSystem files, string folder) =>
        files.List(folder, "*.seg").Select(HistorySegment.NumberOf).DefaultIfEmpty(0).Max();

    private static HistorySegment? TryOpen(Func<HistorySegment> open, List<string> findings)
    {
        try
        {
            return open();
        }
        catch (AsrException damage) when (damage.Error.Id == "JournalDamaged")
        {
            findings.Add(damage.Error.Message);
            return null;
        }
    }

    private static string? WhatIsWrong(HistorySegment segment, HistorySegment? newer, RedoLog redo, RedoBase redoBase)
    {
        if (segment.IsSealed != redo.IsSealed)
        {
            return segment.IsSealed ? "is encrypted, and the redo log is not" : "is not encrypted, and the redo log is";
        }

        if (newer is not null && segment.Number != newer.Number - 1)
        {
            return $"segment {newer.Number - 1} is missing";
        }

        var committed = segment.Number == redoBase.Segment ? redoBase.SegmentBytes : 0;
        return committed == RedoBase.NotUsable ? "was damaged when before-images were to be added"
            : segment.Bytes < committed ? $"intact up to byte {segment.Bytes} of {committed}" : null;
    }
}
