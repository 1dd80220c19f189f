using System.Buffers;
using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Nbd;

/// <summary>
/// One disk of a running machine under a name. Everything written goes through the machine's write splitter, so that it
/// is fenced, marked and replicated like every write of the machine. It serves that one opening of the machine: after a
/// failover it refuses, also where the machine runs again, because its clients know another disk. Thread-safe.
/// </summary>
public sealed class NbdExport
{
    private const int Piece = LogRecord.MaxData;

    private static readonly byte[] Zeros = new byte[Piece];

    private readonly WriteSplitter _machine;
    private readonly int _disk;
    private readonly byte[] _name;

    private NbdExport(string name, WriteSplitter machine, int disk) =>
        (Name, _machine, _disk, _name) = (name, machine, disk, Encoding.UTF8.GetBytes(name));

    /// <summary>The name clients ask for.</summary>
    public string Name { get; }

    /// <summary>Size of the disk in bytes.</summary>
    public long Bytes => _machine.DiskBytes[_disk];

    /// <summary>The name in UTF-8.</summary>
    internal ReadOnlySpan<byte> NameBytes => _name;

    /// <summary>An export for every disk of a machine; the first one is the default.</summary>
    /// <param name="machine">The running machine; it stays its owner's.</param>
    /// <param name="names">The names of its disks in order, at most <see cref="NbdLimits.MaxName"/> bytes each.</param>
    public static IReadOnlyList<NbdExport> Of(WriteSplitter machine, IReadOnlyList<string> names) =>
        [.. names.Select((name, disk) => new NbdExport(name, machine, disk))];

    /// <summary>Fills the buffer from the disk.</summary>
    /// <exception cref="AsrException">What the file system says.</exception>
    internal void Read(long offset, Span<byte> buffer) => _machine.Read(_disk, offset, buffer);

    /// <summary>Writes as the machine.</summary>
    /// <exception cref="AsrException"><c>WriteRefused</c>, <c>MachineClosed</c>, or what the file system says.</exception>
    internal void Write(long offset, ReadOnlySpan<byte> data) => _machine.Write(_disk, offset, data);

    /// <summary>Writes zeros as the machine, in pieces, so that other writes come in between.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="everywhere">Also where zeros are: their space is taken then. Otherwise those pieces are left alone.</param>
    /// <exception cref="AsrException"><c>WriteRefused</c>, <c>MachineClosed</c>, or what the file system says.</exception>
    internal void WriteZeros(long offset, long length, bool everywhere)
    {
        // Writing nothing asks the fence, also where nothing has to change.
        _machine.Write(_disk, offset, []);
        var end = offset + length;
        for (; offset < end; offset += Piece)
        {
            var piece = (int)Math.Min(Piece, end - offset);
            if (everywhere || !IsZero(offset, piece))
            {
                _machine.Write(_disk, offset, Zeros.AsSpan(0, piece));
            }
        }
    }

    /// <summary>Makes everything durable that the machine wrote before, on all its disks and by all clients.</summary>
    /// <exception cref="AsrException">What the file system says.</exception>
    internal void Flush() => _machine.Flush();

    private bool IsZero(long offset, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var content = buffer.AsSpan(0, length);
            _machine.Read(_disk, offset, content);
            return Blocks.IsZero(content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
