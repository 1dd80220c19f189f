using System.Buffers.Binary;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// The record in front of every batch of the redo log. A batch is written only when the one before it is durable, so the
/// head of a later batch behind a bad record proves that acknowledged records changed since they were written. Without
/// such a head the bad record is the torn end of the log.
/// </summary>
/// <param name="Salt">Random number of the log, so that the data of a machine is not taken for a head.</param>
/// <param name="Generation">Generation of the log.</param>
internal readonly record struct RedoBatch(ulong Salt, ulong Generation)
{
    /// <summary>Kind of the record; no kind of a <see cref="LogRecord"/>.</summary>
    public const byte Kind = 0x40;

    private const int BodySize = 16;
    private const int FixedSize = ChainedLog.HeadSize + BodySize; // all but the checksum: the same for every batch of a generation
    private const int WindowSize = 1 << 20;

    /// <summary>Bytes it takes in the log.</summary>
    public static int Size => ChainedLog.SizeOf(BodySize);

    /// <summary>Adds the head to the log.</summary>
    public void AddTo(ChainedLog log)
    {
        Span<byte> body = stackalloc byte[BodySize];
        WriteBody(body);
        log.AddOpen(Kind, body);
    }

    /// <summary>Whether the head of another batch lies behind <paramref name="end"/>, where the first bad record begins.</summary>
    public bool IsFollowed(IStoredFile file, long end)
    {
        var window = new byte[WindowSize];
        Span<byte> wanted = stackalloc byte[FixedSize];
        BinaryPrimitives.WriteInt32LittleEndian(wanted, BodySize);
        wanted[4] = Kind;
        WriteBody(wanted[ChainedLog.HeadSize..]);

        // At the end itself may be the torn head of the next batch. Windows overlap by what is looked for.
        for (var offset = end + 1; offset + Size <= file.Length; offset += WindowSize - FixedSize + 1)
        {
            var content = window.AsSpan(0, (int)Math.Min(WindowSize, file.Length - offset));
            file.Read(offset, content);
            if (content.IndexOf(wanted) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteBody(Span<byte> body)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(body, Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(body[8..], Generation);
    }
}
