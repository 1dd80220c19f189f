using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>Disks one behind the other, seen as one that is only read.</summary>
internal sealed class JoinedDisk : IBlockDevice
{
    private readonly IReadOnlyList<IBlockDevice> _parts;

    // Where each part begins, and at last where the disk ends.
    private readonly long[] _begins;

    public JoinedDisk(IReadOnlyList<IBlockDevice> parts)
    {
        _parts = parts;
        _begins = new long[parts.Count + 1];
        for (var index = 0; index < parts.Count; index++)
        {
            _begins[index + 1] = checked(_begins[index] + parts[index].Length);
        }
    }

    public long Length => _begins[^1];

    public void Read(long offset, Span<byte> buffer)
    {
        Blocks.RequireInside(offset, buffer.Length, Length);
        for (var part = PartAt(offset); !buffer.IsEmpty; part++)
        {
            var count = (int)Math.Min(buffer.Length, _begins[part + 1] - offset);
            _parts[part].Read(offset - _begins[part], buffer[..count]);
            offset += count;
            buffer = buffer[count..];
        }
    }

    public DataRange? NextData(long offset)
    {
        for (var part = PartAt(offset); part < _parts.Count; part++)
        {
            if (_parts[part].NextData(Math.Max(0, offset - _begins[part])) is { } range)
            {
                return range with { Offset = range.Offset + _begins[part] };
            }
        }

        return null;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("this format is only read");

    public void Flush()
    {
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    private int PartAt(long offset)
    {
        var found = Array.BinarySearch(_begins, offset);
        return found >= 0 ? found : ~found - 1;
    }
}
