namespace AsrFailback.Replication.Disks;

/// <summary>Copies an image to a fresh disk, leaving holes where it is zero.</summary>
public static class ImageCopy
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Copies everything; the disk must be at least as large and all zero. Not flushed.</summary>
    /// <param name="image">Where from.</param>
    /// <param name="disk">Where to.</param>
    /// <param name="progress">Told the bytes of the image looked at so far.</param>
    /// <param name="cancellation">Stops between chunks of 1 MiB.</param>
    /// <returns>Bytes written.</returns>
    public static long Copy(IBlockDevice image, IBlockDevice disk, Action<long> progress, CancellationToken cancellation)
    {
        var buffer = new byte[ChunkBytes];
        var written = 0L;
        for (long offset = 0; offset < image.Length; offset += ChunkBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var content = buffer.AsSpan(0, (int)Math.Min(ChunkBytes, image.Length - offset));
            image.Read(offset, content);
            if (!Blocks.IsZero(content))
            {
                disk.Write(offset, content);
                written += content.Length;
            }

            progress(offset + content.Length);
        }

        return written;
    }
}
