using Blake3;

namespace AsrFailback.Replication.Disks;

/// <summary>A 64 KiB block of a disk of a machine.</summary>
/// <param name="Disk">Index of the disk.</param>
/// <param name="Block">Index of the block.</param>
public readonly record struct BlockAddress(int Disk, long Block);

/// <summary>The arithmetic of blocks: the unit of digests, deltas and before-images.</summary>
public static class Blocks
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 64 * 1024;

    /// <summary>Bytes of a digest: the first 224 bits of BLAKE3, which leaves room for a checksum where digests are stored.</summary>
    public const int DigestSize = 28;

    private static readonly byte[] ZeroDigest = Hasher.Hash(new byte[Size]).AsSpan()[..DigestSize].ToArray();

    /// <summary>Number of blocks of a disk; the last one may be short.</summary>
    public static long Count(long diskBytes) => (diskBytes + Size - 1) / Size;

    /// <summary>Bytes in a block of a disk.</summary>
    public static int LengthOf(long block, long diskBytes) => (int)Math.Min(Size, diskBytes - (block * Size));

    /// <summary>The digest of a block's content; a whole block of zeros costs no hashing.</summary>
    public static void Digest(ReadOnlySpan<byte> content, Span<byte> digest)
    {
        if (content.Length == Size && IsZero(content))
        {
            ZeroDigest.CopyTo(digest);
            return;
        }

        Hasher.Hash(content, digest[..DigestSize]);
    }

    /// <summary>The digest of a block's content.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> content)
    {
        var digest = new byte[DigestSize];
        Digest(content, digest);
        return digest;
    }

    /// <summary>Whether a block's content has a digest; zeros are told apart without hashing.</summary>
    public static bool HasDigest(ReadOnlySpan<byte> content, ReadOnlySpan<byte> digest)
    {
        if (content.Length == Size && digest.SequenceEqual(ZeroDigest))
        {
            return IsZero(content);
        }

        Span<byte> present = stackalloc byte[DigestSize];
        Digest(content, present);
        return present.SequenceEqual(digest);
    }

    /// <summary>Whether all bytes are zero.</summary>
    public static bool IsZero(ReadOnlySpan<byte> content) => content.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Refuses a range that is not wholly on a disk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void RequireInside(long offset, long count, long diskBytes)
    {
        if (offset < 0 || offset > diskBytes - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{offset}+{count} is outside a disk of {diskBytes} bytes");
        }
    }

    /// <summary>Reads a whole block into <paramref name="buffer"/> and returns the part that is inside the disk.</summary>
    public static Span<byte> Read(IBlockDevice disk, long block, Span<byte> buffer)
    {
        var content = buffer[..LengthOf(block, disk.Length)];
        disk.Read(block * Size, content);
        return content;
    }
}
