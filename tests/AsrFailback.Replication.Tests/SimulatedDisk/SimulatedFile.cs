using System.Collections;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// One file of a simulated disk: what is durable, what the page cache shows, and the changes between the two. A crash
/// keeps, of each 512-byte sector, some version between the two, independently of every other sector: torn, reordered and
/// dropped writes alike. A new length may arrive without its bytes. Thread-safe.
/// </summary>
internal sealed class SimulatedFile
{
    private const int SectorSize = 512;

    private readonly object _lock = new();
    private readonly List<Change> _pending = [];
    private Content _durable;
    private Content _cached;

    public SimulatedFile()
        : this(default)
    {
    }

    private SimulatedFile(Content content) => (_durable, _cached) = (content, content);

    private readonly record struct Change(long Offset, byte[]? Bytes);

    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _cached.Length;
            }
        }
    }

    public void Read(long offset, Span<byte> buffer)
    {
        lock (_lock)
        {
            _cached.Read(offset, buffer);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _cached.Write(offset, bytes);
            _pending.Add(new Change(offset, bytes.ToArray()));
        }
    }

    public void SetLength(long length)
    {
        lock (_lock)
        {
            _cached.SetLength(length);
            _pending.Add(new Change(length, null));
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            foreach (var change in _pending)
            {
                Apply(ref _durable, change);
            }

            _pending.Clear();
        }
    }

    /// <summary>The file as it may be after a power cut. The original is not changed.</summary>
    public SimulatedFile Crash(Random random, double survival)
    {
        lock (_lock)
        {
            _durable.Share();
            var content = _durable;
            var outdated = new BitArray((int)((LongestLength() / SectorSize) + 1));
            foreach (var change in _pending)
            {
                if (change.Bytes is not null)
                {
                    Survive(ref content, change.Offset, change.Bytes, outdated, random, survival);
                }
                else if (random.NextDouble() < survival)
                {
                    content.SetLength(change.Offset);
                }
            }

            if (content.Length < _cached.Length && random.NextDouble() < survival / 2)
            {
                content.SetLength(_cached.Length);
            }

            content.Share();
            return new SimulatedFile(content);
        }
    }

    // Once a sector has missed a version it misses all later ones: what is on the platter is one version.
    private static void Survive(
        ref Content content, long offset, ReadOnlySpan<byte> bytes, BitArray outdated, Random random, double survival)
    {
        while (!bytes.IsEmpty)
        {
            var sector = (int)(offset / SectorSize);
            var count = (int)Math.Min(bytes.Length, ((sector + 1L) * SectorSize) - offset);
            if (!outdated[sector] && random.NextDouble() < survival)
            {
                content.Write(offset, bytes[..count]);
            }
            else
            {
                outdated[sector] = true;
            }

            offset += count;
            bytes = bytes[count..];
        }
    }

    private static void Apply(ref Content content, Change change)
    {
        if (change.Bytes is null)
        {
            content.SetLength(change.Offset);
        }
        else
        {
            content.Write(change.Offset, change.Bytes);
        }
    }

    private long LongestLength() => _pending
        .Select(change => change.Offset + (change.Bytes?.Length ?? 0))
        .Append(_cached.Length)
        .Append(_durable.Length)
        .Max();

    /// <summary>Bytes and a length; bytes past the length are always zero. Copied on the first write after sharing.</summary>
    private struct Content
    {
        private byte[]? _bytes;
        private bool _owned;

        public long Length { get; private set; }

        public void Share() => _owned = false;

        public readonly void Read(long offset, Span<byte> buffer)
        {
            buffer.Clear();
            if (offset < Length)
            {
                var count = (int)Math.Min(buffer.Length, Length - offset);
                _bytes.AsSpan((int)offset, count).CopyTo(buffer);
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Own(offset + bytes.Length);
            bytes.CopyTo(_bytes.AsSpan((int)offset));
            Length = Math.Max(Length, offset + bytes.Length);
        }

        public void SetLength(long length)
        {
            Own(length);
            if (length < Length)
            {
                _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
            }

            Length = length;
        }

        private void Own(long capacity)
        {
            if (_owned && _bytes!.Length >= capacity)
            {
                return;
            }

            var held = _bytes?.Length ?? 0;
            var grown = new byte[Math.Max(capacity, held >= capacity ? held : held * 2L)];
            _bytes.AsSpan(0, (int)Length).CopyTo(grown);
            (_bytes, _owned) = (grown, true);
        }
    }
}
