using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Items;

/// <summary>
/// Notices that somebody else wrote the images while they were closed. Stamps are stored at a clean close and taken away
/// at the next open; without stamps (an unclean stop) the intent bitmap and the redo log say what may differ.
/// </summary>
internal static class ImageStamps
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Stores the stamps of closed images.</summary>
    public static void Save(IFileSystem files, IDiskFabric fabric, string machine, string path) => Save(files, Current(files, fabric, machine), path);

    /// <summary>
    /// Stores the stamps of a replica that was closed. Where the images are other files than those that were opened (a copy
    /// took their place, and what was written since is not in it), the stamps are those of the opening: they will not match.
    /// </summary>
    public static void SaveReplica(IFileSystem files, IDiskFabric fabric, string machine, string path, FileStamp[] whenOpened)
    {
        var now = Current(files, fabric, machine);
        var same = now.Select(stamp => stamp.Inode).SequenceEqual(whenOpened.Select(stamp => stamp.Inode));
        Save(files, same ? now : whenOpened, path);
    }

    /// <summary>Whether stored stamps say that the images are not the ones that were closed; damaged ones say so too.</summary>
    public static bool Changed(IFileSystem files, IDiskFabric fabric, string machine, string path)
    {
        if (AtomicFile.Read(files, path, MaxBytes) is not { } stored)
        {
            return false;
        }

        try
        {
            return !EngineJson.Read<FileStamp[]>(System.Text.Encoding.UTF8.GetString(stored)).SequenceEqual(Current(files, fabric, machine));
        }
        catch (Exception damage) when (damage is System.Text.Json.JsonException or ArgumentNullException)
        {
            return true;
        }
    }

    /// <summary>Takes stored stamps away: the images are about to be written. What they said must be durable elsewhere by now.</summary>
    public static void Remove(IFileSystem files, string path)
    {
        if (files.Exists(path))
        {
            files.Delete(path);
            files.FlushFolder(Path.GetDirectoryName(path)!);
        }
    }

    private static void Save(IFileSystem files, FileStamp[] stamps, string path) =>
        AtomicFile.Replace(files, path, System.Text.Encoding.UTF8.GetBytes(EngineJson.Write(stamps)));

    /// <summary>The stamps as they are now.</summary>
    public static FileStamp[] Current(IFileSystem files, IDiskFabric fabric, string machine) =>
        [.. fabric.ImageFiles(machine).Select(files.Stamp)];
}
