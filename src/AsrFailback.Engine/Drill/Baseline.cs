using System.Security.Cryptography;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Drill;

/// <summary>Digests of every chunk of a disk as it began: the first 16 bytes of SHA-256, one after another in a file.</summary>
internal static class Baseline
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = 16;

    private static readonly byte[] ZeroDigest = SHA256.HashData(new byte[WitnessLog.ChunkSize]);

    /// <summary>Writes the digests of a disk and returns how many of its bytes are data (chunks that are not all zero).</summary>
    public static long Save(IFileSystem files, string path, IBlockDevice disk)
    {
        var buffer = new byte[1 << 20];
        var digests = new MemoryStream();
        Span<byte> digest = stackalloc byte[DigestSize];
        long dataBytes = 0;
        for (long offset = 0; offset < disk.Length; offset += buffer.Length)
        {
            var content = buffer.AsSpan(0, (int)Math.Min(buffer.Length, disk.Length - offset));
            disk.Read(offset, content);
            for (var at = 0; at < content.Length; at += WitnessLog.ChunkSize)
            {
                var chunk = content[at..Math.Min(content.Length, at + WitnessLog.ChunkSize)];
                dataBytes += Blocks.IsZero(chunk) ? 0 : chunk.Length;
                Digest(chunk, digest);
                digests.Write(digest);
            }
        }

        AtomicFile.Replace(files, path, digests.ToArray());
        return dataBytes;
    }

    /// <summary>Reads the digests of a disk.</summary>
    public static byte[] Load(IFileSystem files, string path) =>
        AtomicFile.Read(files, path, int.MaxValue) ?? throw Core.Errors.ErrorCatalogue.Exception("FileMissing", path, "the drill's own record");

    /// <summary>The digest of a chunk.</summary>
    public static void Digest(ReadOnlySpan<byte> chunk, Span<byte> digest)
    {
        if (chunk.Length == WitnessLog.ChunkSize && Blocks.IsZero(chunk))
        {
            ZeroDigest.AsSpan(0, DigestSize).CopyTo(digest);
            return;
        }

        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(chunk, whole);
        whole[..DigestSize].CopyTo(digest);
    }
}
