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
    public static void Save(IFileSystem files, IDiskFabric fabric, string machine, string path) =>
        AtomicFile.Replace(files, path, System.Text.Encoding.UTF8.GetBytes(EngineJson.Write(Current(files, fabric, machine))));

    /// <summary>Takes the stored stamps away; true when they say that the images are not the ones that were closed.</summary>
    public static bool TakeAndCompare(IFileSystem files, IDiskFabric fabric, string machine, string path)
    {
        var stored = AtomicFile.Read(files, path, MaxBytes);
        if (stored is null)
        {
            return false;
        }

        var changed = !EngineJson.Read<FileStamp[]>(System.Text.Encoding.UTF8.GetString(stored)).SequenceEqual(Current(files, fabric, machine));
        files.Delete(path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
        return changed;
    }

    private static FileStamp[] Current(IFileSystem files, IDiskFabric fabric, string machine) =>
        [.. fabric.ImageFiles(machine).Select(files.Stamp)];
}
