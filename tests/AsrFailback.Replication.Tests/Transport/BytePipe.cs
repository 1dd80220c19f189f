namespace AsrFailback.Replication.Tests;

/// <summary>Bytes on their way in one direction, so many at most. Thread-safe.</summary>
internal sealed class BytePipe(int capacity)
{
    private readonly object _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _first;
    private int _count;
    private bool _ended;
    private bool _broken;

    /// <summary>Bytes that wait to be read.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>No more is written; what is on its way arrives.</summary>
    public void End() => Step(() => _ended = true);

    /// <summary>The line is cut; what is on its way is lost.</summary>
    public void Break() => Step(() => _broken = true);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = 0;
        await UntilAsync(
            () =>
            {
                while (read < buffer.Length && _count > 0)
                {
                    var part = Math.Min(Math.Min(buffer.Length - read, _count), _ring.Length - _first);
                    _ring.AsSpan(_first, part).CopyTo(buffer.Span[read..]);
                    (_first, _count, read) = ((_first + part) % _ring.Length, _count - part, read + part);
                }

                return read > 0;
            },
            () => read > 0 || _ended,
            cancellation);
        return read;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        var written = 0;
        await UntilAsync(
            () =>
            {
                var before = written;
                while (!_ended && written < buffer.Length && _count < _ring.Length)
                {
                    var at = (_first + _count) % _ring.Length;
                    var part = Math.Min(Math.Min(buffer.Length - written, _ring.Length - _count), _ring.Length - at);
                    buffer.Span.Slice(written, part).CopyTo(_ring.AsSpan(at));
                    (_count, written) = (_count + part, written + part);
                }

                return written > before;
            },
            () => written == buffer.Length || (_ended ? throw new IOException("This end was closed.") : false),
            cancellation);
    }

    // Whoever makes a step wakes the other side.
    private async ValueTask UntilAsync(Func<bool> step, Func<bool> isDone, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_broken)
                {
                    throw new IOException("The connection broke.");
                }

                Step(step);
                if (isDone())
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    private void Step(Func<bool> step)
    {
        lock (_lock)
        {
            if (step())
            {
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
