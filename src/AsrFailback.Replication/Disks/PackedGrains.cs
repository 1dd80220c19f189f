using System.Buffers.Binary;
using System.IO.Compression;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// Unpacks the grains of a stream-optimised VMDK: a marker with the grain's place on the disk and its packed length, then
/// a zlib stream. Never more than a grain is unpacked, whatever the stream would give. Keeps the last one. Not thread-safe.
/// </summary>
internal sealed class PackedGrains(IStoredFile file, SparseVmdkHeader header)
{
    private const int MarkerSize = 12;

    // One byte more than a grain: what fills it is a stream that gives too much.
    private readonly byte[] _grain = new byte[header.GrainBytes + 1];
    private byte[] _packed = [];
    private long _current = -1;

    /// <summary>The content of a grain; of the last one, at least what is on the disk.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>.</exception>
    public ReadOnlySpan<byte> Read(long grain, uint sector)
    {
        if (_current != grain)
        {
            // Nothing of a grain that turns out to be damaged may be taken for it later.
            _current = -1;
            var needed = Math.Min(header.GrainBytes, header.Bytes - (grain * header.GrainBytes));
            var unpacked = Unpack(grain, ReadPacked(grain, sector));
            if (unpacked < needed || unpacked > header.GrainBytes)
            {
                throw SparseVmdkHeader.Invalid(file, $"grain {grain} does not unpack to {needed} bytes");
            }

            _current = grain;
        }

        return _grain.AsSpan(0, header.GrainBytes);
    }

    private int ReadPacked(long grain, uint sector)
    {
        var at = (long)sector * RawImage.SectorSize;
        Span<byte> marker = stackalloc byte[MarkerSize];
        file.Read(at, marker);
        var place = BinaryPrimitives.ReadUInt64LittleEndian(marker);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(marker[8..]);

        // Even what cannot be packed grows by a few bytes only; twice the size is more than any writer needs.
        if (place != (ulong)(grain * header.GrainSectors) || length == 0 || length > header.GrainBytes * 2 || at + MarkerSize + length > file.Length)
        {
            throw SparseVmdkHeader.Invalid(file, $"the marker of grain {grain} at sector {sector} says sector {place} and {length} bytes");
        }

        if (_packed.Length < length)
        {
            _packed = new byte[header.GrainBytes * 2];
        }

        file.Read(at + MarkerSize, _packed.AsSpan(0, (int)length));
        return (int)length;
    }

    private int Unpack(long grain, int length)
    {
        try
        {
            using var packed = new MemoryStream(_packed, 0, length);
            using var stream = new ZLibStream(packed, CompressionMode.Decompress);
            return stream.ReadAtLeast(_grain, _grain.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException damaged)
        {
            throw SparseVmdkHeader.Invalid(file, $"grain {grain} cannot be unpacked ({damaged.Message.TrimEnd('.')})");
        }
    }
}
