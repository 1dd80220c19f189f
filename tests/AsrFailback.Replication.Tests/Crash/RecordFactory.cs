using System.Runtime.InteropServices;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Makes records as a source does: positions that only grow, bytes that are never the same twice.</summary>
internal sealed class RecordFactory(Random random, IReadOnlyList<long> diskBytes)
{
    public const int LargestWrite = 128 * 1024;

    private uint _generation = 1;
    private long _sequence;
    private ulong _stamp = (ulong)random.Next() << 20;

    /// <summary>Whether now and then a write is of zeros, which history stores in another way.</summary>
    public bool SometimesZeros { get; init; } = true;

    public LogRecord Write()
    {
        var disk = random.Next(diskBytes.Count);
        var sectors = diskBytes[disk] / RawImage.SectorSize;
        var count = Math.Min(sectors, random.Next(3) == 0 ? random.Next(1, 1 + (LargestWrite / RawImage.SectorSize)) : random.Next(1, 20));
        var first = random.NextInt64(sectors - count + 1);
        return Write(disk, first * RawImage.SectorSize, (int)count * RawImage.SectorSize);
    }

    public LogRecord Write(int disk, long offset, int length) =>
        new() { Kind = LogRecordKind.Write, Position = Next(), Disk = disk, Offset = offset, Data = NewBytes(length) };

    public LogRecord SyncBlock()
    {
        var disk = random.Next(diskBytes.Count);
        var block = random.NextInt64(Blocks.Count(diskBytes[disk]));
        return Write(disk, block * Blocks.Size, Blocks.LengthOf(block, diskBytes[disk])) with { Kind = LogRecordKind.SyncBlock };
    }

    public LogRecord Of(LogRecordKind kind) => new() { Kind = kind, Position = Next() };

    public LogRecord Mark()
    {
        var position = Next();
        return new LogRecord { Kind = LogRecordKind.Mark, Position = position, Point = NewPoint(position) };
    }

    public RecoveryPoint NewPoint(LogPosition position)
    {
        var consistency = random.Next(4) == 0 ? PointConsistency.AppConsistent : PointConsistency.CrashConsistent;
        return new RecoveryPoint(NewId(), position, DateTimeOffset.UnixEpoch.AddSeconds(_sequence), consistency, $"p{position}");
    }

    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>The source was opened again.</summary>
    public void NextGeneration() => (_generation, _sequence) = (_generation + 1, 0);

    // Every sector is stamped, so that a byte out of place is seen.
    private byte[] NewBytes(int length)
    {
        var bytes = new byte[length];
        if (random.Next(12) != 0 || !SometimesZeros)
        {
            for (var sector = 0; sector < length; sector += RawImage.SectorSize)
            {
                MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(sector, RawImage.SectorSize)).Fill(++_stamp * 0x9E3779B97F4A7C15);
            }
        }

        return bytes;
    }

    private LogPosition Next() => new(_generation, ++_sequence);
}
