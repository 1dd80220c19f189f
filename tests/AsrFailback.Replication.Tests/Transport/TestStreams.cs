namespace AsrFailback.Replication.Tests;

/// <summary>A stream for tests: reads and writes asynchronously, and nothing else.</summary>
internal abstract class TestStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>One end of a connection in memory that behaves like a socket: closing one end is seen at the other.</summary>
internal sealed class MemoryEnd(BytePipe incoming, BytePipe outgoing) : TestStream
{
    /// <summary>Both ends of a connection.</summary>
    public static (MemoryEnd One, MemoryEnd Other) Connect(int capacity = 64 << 10)
    {
        var (there, back) = (new BytePipe(capacity), new BytePipe(capacity));
        return (new MemoryEnd(back, there), new MemoryEnd(there, back));
    }

    /// <summary>Bytes sent that the other end has not read.</summary>
    public int Unread => outgoing.Waiting;

    public bool IsDisposed { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => incoming.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => outgoing.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        outgoing.End();
        incoming.Break();
        base.Dispose(disposing);
    }
}

/// <summary>A stream of which what is flushed, a frame each time, goes through a hand of the test's.</summary>
internal sealed class TappedStream(Stream inner, Func<Stream, byte[], CancellationToken, ValueTask> onFrame) : TestStream
{
    private readonly List<byte> _frame = [];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _frame.AddRange(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        byte[] frame = [.. _frame];
        _frame.Clear();
        return onFrame(inner, frame, cancellationToken).AsTask();
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream that gives and takes a byte at a time.</summary>
internal sealed class ChoppedStream(Stream inner) : TestStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var at = 0; at < buffer.Length; at++)
        {
            await inner.WriteAsync(buffer.Slice(at, 1), cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Two streams, one for each direction.</summary>
internal sealed class TwoStreams(Stream from, Stream to) : TestStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => from.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => to.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        to.Dispose();
        from.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Gives what is in store and then ends; forgets what it is told.</summary>
internal sealed class StoredStream(byte[] input) : TestStream
{
    private readonly MemoryStream _input = new(input);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}
