using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A disk whose writes go to a file of its own and never to its base: what a test failover runs on. The file holds the
/// written blocks at their own offsets, then one byte per block that says whether it was written. Not durable by itself:
/// a test machine is disposable. Thread-safe.
/// </summary>
public sealed class OverlayDisk : IBlockDevice
{
    private readonly IBlockDevice _base;
    private readonly IStoredFile _file;
    private readonly object _lock = new();

    /// <summary>Opens the overlay, creating the file when it is missing.</summary>
    public OverlayDisk(IFileSystem files, string path, IBlockDevice baseDisk)
    {
        _base = baseDisk;
        var existing = files.Exists(path);
        _file = files.Open(path, existing ? FileOpening.ReadWrite : FileOpening.CreateNew);
        if (!existing)
        {
            _file.SetLength(baseDisk.Length + Blocks.Count(baseDisk.Length));
        }
    }

    /// <inheritdoc/>
    public long Length => _base.Length;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        Blocks.RequireInside(offset, buffer.Length, Length);
        lock (_lock)
        {
            while (!buffer.IsEmpty)
            {
                var part = (int)Math.Min(buffer.Length, Blocks.Size - (offset % Blocks.Size));
                if (IsWritten(offset / Blocks.Size))
                {
                    _file.Read(offset, buffer[..part]);
                }
                else
                {
                    _base.Read(offset, buffer[..part]);
                }

                offset += part;
                buffer = buffer[part..];
            }
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Blocks.RequireInside(offset, bytes.Length, Length);
        lock (_lock)
        {
            for (var block = offset / Blocks.Size; block * Blocks.Size < offset + bytes.Length; block++)
            {
                CopyUp(block);
            }

            _file.Write(offset, bytes);
        }
    }

    /// <inheritdoc/>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _base.Dispose();
    }

    private bool IsWritten(long block)
    {
        Span<byte> flag = stackalloc byte[1];
        _file.Read(Length + block, flag);
        return flag[0] == 1;
    }

    private void CopyUp(long block)
    {
        if (!IsWritten(block))
        {
            _file.Write(block * Blocks.Size, Blocks.Read(_base, block, new byte[Blocks.Size]));
            _file.Write(Length + block, [1]);
        }
    }
}
