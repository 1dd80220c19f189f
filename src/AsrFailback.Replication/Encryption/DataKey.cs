using System.Security.Cryptography;

namespace AsrFailback.Replication.Encryption;

/// <summary>
/// The 256-bit key of one machine's data in a journal (FO-06). It is in memory only, at a place that is never moved, and
/// overwritten when it is let go. Thread-safe, but for being let go while it is used.
/// </summary>
public sealed class DataKey : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>Bytes of an id.</summary>
    public const int IdSize = 16;

    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private readonly byte[] _id;

    /// <summary>Takes a copy of a key; the caller overwrites its own.</summary>
    /// <exception cref="ArgumentException">It is not <see cref="Size"/> bytes long.</exception>
    public DataKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new ArgumentException("A data key has 32 bytes", nameof(key));
        }

        key.CopyTo(_key);
        _id = HKDF.Expand(HashAlgorithmName.SHA256, _key, IdSize, "asr key id"u8.ToArray());
    }

    /// <summary>What tells keys apart and tells nothing of them.</summary>
    public ReadOnlySpan<byte> Id => _id;

    internal ReadOnlySpan<byte> Bytes => _key;

    /// <summary>What is made of the key by whoever wraps it; nothing of the key may be kept.</summary>
    public byte[] Use(Func<byte[], byte[]> wrap) => wrap(_key);

    /// <summary>A new key at random.</summary>
    public static DataKey Create()
    {
        Span<byte> key = stackalloc byte[Size];
        RandomNumberGenerator.Fill(key);
        try
        {
            return new DataKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
