using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>Where a journal under test and its replica disks are, and how they are opened.</summary>
internal static class JournalFiles
{
    public const string Folder = "/target/journal";

    /// <summary>Small, so that thousands of crashes are cheap, and with tails, so that last blocks are short.</summary>
    public static readonly IReadOnlyList<long> DiskBytes = [(3 * Blocks.Size) + 1536, (2 * Blocks.Size) + 512];

    /// <summary>The key of journals that are encrypted.</summary>
    public static readonly DataKey Key = DataKey.Create();

    private const string EncryptedMark = "/target/encrypted";

    public static string DiskPath(int disk) => $"/target/disk-{disk}.img";

    /// <summary>A new journal over empty disks, everything durable.</summary>
    public static void Create(IFileSystem files, IReadOnlyList<long> diskBytes, bool encrypted = false)
    {
        files.CreateFolder(Folder);
        for (var disk = 0; disk < diskBytes.Count; disk++)
        {
            using var image = files.Open(DiskPath(disk), FileOpening.CreateNew);
            image.SetLength(diskBytes[disk]);
            image.Flush();
        }

        if (encrypted)
        {
            files.Open(EncryptedMark, FileOpening.CreateNew).Dispose();
        }

        files.FlushFolder("/target");
        RetentionJournal.Create(files, Folder, KeyOf(files));
    }

    /// <summary>Opens it, with its key where it is encrypted.</summary>
    public static RetentionJournal Open(IFileSystem files, int disks = 2, JournalOptions? options = null) =>
        RetentionJournal.Open(files, Folder, Folder, OpenDisks(files, disks), (options ?? new JournalOptions()) with { Key = KeyOf(files) });

    private static DataKey? KeyOf(IFileSystem files) => files.Exists(EncryptedMark) ? Key : null;

    public static IReadOnlyList<IBlockDevice> OpenDisks(IFileSystem files, int disks = 2) =>
        [.. Enumerable.Range(0, disks).Select(disk => RawImage.Open(files, DiskPath(disk), writable: true))];
}
