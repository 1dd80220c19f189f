using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AsrFailback.Replication.Encryption;

/// <summary>
/// AES-256-GCM over the frames of one opening of a journal. No nonce repeats under one key, whatever is torn, cut off or
/// written again: each opening draws 128 random bits, its frames have a key derived from them, and a count that never goes
/// back is the nonce. Both are in the frame, so that frames of all openings of a file can be read: opening (16), count (8),
/// the data encrypted, tag (16). Thread-safe.
/// </summary>
internal sealed class FrameCipher : IDisposable
{
    /// <summary>Bytes a frame takes beyond its data.</summary>
    public const int Overhead = HeadSize + TagSize;

    private const int OpeningSize = 16;
    private const int HeadSize = OpeningSize + sizeof(ulong);
    private const int TagSize = 16;
    private const int NonceSize = 12;

    private readonly byte[] _opening = RandomNumberGenerator.GetBytes(OpeningSize);
    private readonly DataKey _key;
    private readonly AesGcm _sealing;
    private readonly object _lock = new();
    private ulong _count;

    /// <summary>Begins an opening.</summary>
    /// <param name="key">The key of the data; a copy is kept.</param>
    public FrameCipher(DataKey key)
    {
        _key = new DataKey(key.Bytes);
        _sealing = CipherOf(_opening);
    }

    /// <summary>Which key it has.</summary>
    public ReadOnlySpan<byte> KeyId => _key.Id;

    /// <summary>Encrypts data into a frame.</summary>
    /// <param name="data">The data, perhaps none.</param>
    /// <param name="associated">What the frame belongs to; it opens there only.</param>
    /// <param name="frame">Takes the frame: the data's length and <see cref="Overhead"/>.</param>
    public void Seal(ReadOnlySpan<byte> data, ReadOnlySpan<byte> associated, Span<byte> frame)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        lock (_lock)
        {
            _opening.CopyTo(frame);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[OpeningSize..], checked(++_count));
            WriteNonce(frame, nonce);
            _sealing.Encrypt(nonce, data, frame[HeadSize..^TagSize], frame[^TagSize..], associated);
        }
    }

    /// <summary>Decrypts a frame; false, and the data all zero, when it was changed, belongs elsewhere, or has another key.</summary>
    /// <param name="frame">The frame, at least <see cref="Overhead"/> bytes.</param>
    /// <param name="associated">What it has to belong to.</param>
    /// <param name="data">Takes the data: the frame's length less <see cref="Overhead"/>.</param>
    public bool TryOpen(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> associated, Span<byte> data)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(frame, nonce);
        using var opening = CipherOf(frame[..OpeningSize]);
        try
        {
            opening.Decrypt(nonce, frame[HeadSize..^TagSize], frame[^TagSize..], data, associated);
            return true;
        }
        catch (CryptographicException)
        {
            data.Clear();
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _sealing.Dispose();
            _key.Dispose();
        }
    }

    private static void WriteNonce(ReadOnlySpan<byte> frame, Span<byte> nonce)
    {
        nonce.Clear();
        frame.Slice(OpeningSize, sizeof(ulong)).CopyTo(nonce);
    }

    private AesGcm CipherOf(ReadOnlySpan<byte> opening)
    {
        Span<byte> key = stackalloc byte[DataKey.Size];
        Span<byte> info = stackalloc byte[3 + OpeningSize];
        "asr"u8.CopyTo(info);
        opening.CopyTo(info[3..]);
        HKDF.Expand(HashAlgorithmName.SHA256, _key.Bytes, key, info);
        try
        {
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
