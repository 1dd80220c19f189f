using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A disk that is only read and consists of pieces of equal size, each stored somewhere or all zero: dynamic VHD and sparse
/// VMDK alike. Thread-safe.
/// </summary>
internal abstract class PieceDisk(IStoredFile file, long length, int pieceBytes) : IBlockDevice
{
    // A disk without holes is told in parts, so that asking for its data does not read all of its tables first.
    private const int MostPiecesInRange = 1024;

    private readonly object _lock = new();

    public long Length => length;

    protected IStoredFile File => file;

    public void Read(long offset, Span<byte> buffer)
    {
        Blocks.RequireInside(offset, buffer.Length, length);
        lock (_lock)
        {
            while (!buffer.IsEmpty)
            {
                var within = (int)(offset % pieceBytes);
                var part = buffer[..Math.Min(buffer.Length, pieceBytes - within)];
                if (IsStored(offset / pieceBytes))
                {
                    ReadStored(offset / pieceBytes, within, part);
                }
                else
                {
                    part.Clear();
                }

                offset += part.Length;
                buffer = buffer[part.Length..];
            }
        }
    }

    public DataRange? NextData(long offset)
    {
        lock (_lock)
        {
            var count = (length + pieceBytes - 1) / pieceBytes;
            var first = NextStored(offset / pieceBytes, count);
            var end = first;
            while (end < count && end - first < MostPiecesInRange && IsStored(end))
            {
                end++;
            }

            return DataRange.Rest(Math.Max(offset, first * pieceBytes), Math.Min(end * pieceBytes, length));
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("this format is only read");

    public void Flush()
    {
    }

    public void Dispose() => File.Dispose();

    /// <summary>Whether a piece is stored; called with the lock held.</summary>
    protected abstract bool IsStored(long piece);

    /// <summary>The first stored piece at or behind a piece, or the end; called with the lock held.</summary>
    protected abstract long NextStored(long piece, long end);

    /// <summary>Fills the buffer from a stored piece; called with the lock held.</summary>
    protected abstract void ReadStored(long piece, int within, Span<byte> buffer);
}
