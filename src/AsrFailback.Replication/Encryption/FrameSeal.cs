using System.Buffers.Binary;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Encryption;

/// <summary>
/// The frames of one file: each belongs to its file, its place there, its kind and its head, and opens nowhere else.
/// Thread-safe.
/// </summary>
/// <param name="cipher">The cipher of the opening.</param>
/// <param name="identity">What tells the file, or the life of the file, from all others.</param>
internal sealed class FrameSeal(FrameCipher cipher, byte[] identity)
{
    /// <summary>In the kind of a record: what follows its head is a frame.</summary>
    public const byte Flag = 0x80;

    private const int Fixed = sizeof(long) + 1;

    /// <summary>Encrypts the data of a record.</summary>
    public void Seal(long offset, byte kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> data, Span<byte> frame)
    {
        Span<byte> associated = stackalloc byte[identity.Length + Fixed + head.Length];
        Associate(offset, kind, head, associated);
        cipher.Seal(data, associated, frame);
    }

    /// <summary>Decrypts the data of a record whose head has so many bytes; false when it does not belong here as it is.</summary>
    /// <param name="record">The record.</param>
    /// <param name="head">Bytes of its head.</param>
    /// <param name="data">Takes the data, all that <see cref="DataOf"/> tells.</param>
    public bool TryOpen(ChainedRecord record, int head, Span<byte> data)
    {
        Span<byte> associated = stackalloc byte[identity.Length + Fixed + head];
        Associate(record.Offset, record.Kind, record.Body[..head], associated);
        return cipher.TryOpen(record.Body[head..], associated, data);
    }

    /// <summary>Bytes of data in a record with such a head; negative when it is too short to be one.</summary>
    public static int DataOf(ChainedRecord record, int head) => record.Body.Length - head - FrameCipher.Overhead;

    private void Associate(long offset, byte kind, ReadOnlySpan<byte> head, Span<byte> associated)
    {
        identity.CopyTo(associated);
        BinaryPrimitives.WriteInt64LittleEndian(associated[identity.Length..], offset);
        associated[identity.Length + sizeof(long)] = kind;
        head.CopyTo(associated[(identity.Length + Fixed)..]);
    }
}
