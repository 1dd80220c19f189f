namespace AsrFailback.Replication.Disks;

/// <summary>Copies an image to a disk, leaving holes where it is zero.</summary>
public static class ImageCopy
{
    /// <summary>
    /// Makes the disk hold what the image holds, and zeros behind that; the disk must be at least as large. Blocks of 64 KiB
    /// that are zero are never written: a hole of the image is not read, and a hole of the disk stays one. Not flushed.
    /// </summary>
    /// <param name="image">Where from.</param>
    /// <param name="disk">Where to.</param>
    /// <param name="progress">Told the bytes of the image looked at so far.</param>
    /// <param name="cancellation">Stops between pieces of 1 MiB.</param>
    /// <returns>Bytes written.</returns>
    public static long Copy(IBlockDevice image, IBlockDevice disk, Action<long> progress, CancellationToken cancellation)
    {
        var buffer = new byte[DataPieces.Size];
        var copier = new Copier(disk, cancellation);
        foreach (var piece in DataPieces.Of(image, 0, image.Length))
        {
            cancellation.ThrowIfCancellationRequested();
            copier.Take(piece.Offset, DataPieces.Read(image, piece, buffer));
            progress(piece.End);
        }

        copier.ClearUpTo(disk.Length);
        progress(image.Length);
        return copier.Written;
    }

    /// <summary>Takes content in ascending order; what lies between is cleared.</summary>
    private sealed class Copier(IBlockDevice disk, CancellationToken cancellation)
    {
        private readonly byte[] _found = new byte[DataPieces.Size];
        private long _settled;

        public long Written { get; private set; }

        public void Take(long offset, ReadOnlySpan<byte> content)
        {
            while (!content.IsEmpty)
            {
                var (length, isZero) = FirstRun(content);
                if (!isZero)
                {
                    ClearUpTo(offset);
                    disk.Write(offset, content[..length]);
                    Written += length;
                    _settled = offset + length;
                }

                offset += length;
                content = content[length..];
            }
        }

        public void ClearUpTo(long end)
        {
            foreach (var piece in DataPieces.Of(disk, _settled, end))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Blocks.IsZero(DataPieces.Read(disk, piece, _found)))
                {
                    disk.Clear(piece.Offset, piece.Length);
                }
            }

            _settled = end;
        }

        // The blocks at the beginning that are all zero, or all not.
        private static (int Length, bool IsZero) FirstRun(ReadOnlySpan<byte> content)
        {
            var isZero = IsZeroBlock(content, 0);
            var length = Blocks.Size;
            while (length < content.Length && IsZeroBlock(content, length) == isZero)
            {
                length += Blocks.Size;
            }

            return (Math.Min(length, content.Length), isZero);
        }

        private static bool IsZeroBlock(ReadOnlySpan<byte> content, int at) =>
            Blocks.IsZero(content.Slice(at, Math.Min(Blocks.Size, content.Length - at)));
    }
}
