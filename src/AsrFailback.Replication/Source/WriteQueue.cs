using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Source;

/// <summary>
/// The writes between source and target, in order and bounded. The machine is never stalled: when the queue is full it
/// is dropped and says so, and the intent bitmap is what remains. Thread-safe.
/// </summary>
internal sealed class WriteQueue(long limitBytes, TimeProvider clock)
{
    private const int RecordOverhead = 64;

    private readonly object _lock = new();
    private readonly Queue<(LogRecord Record, DateTimeOffset TimeUtc)> _records = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _bytes;
    private long _writes;
    private bool _open;
    private DateTimeOffset? _oldestTaken;

    /// <summary>Bytes waiting or sent and not acknowledged.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Writes waiting or sent and not acknowledged; null while closed, when nobody counts them.</summary>
    public long? Writes
    {
        get
        {
            lock (_lock)
            {
                return _open ? _writes : null;
            }
        }
    }

    /// <summary>When the oldest record that is not acknowledged was added, UTC; null when there is none.</summary>
    public DateTimeOffset? OldestUtc
    {
        get
        {
            lock (_lock)
            {
                return _oldestTaken ?? (_records.TryPeek(out var next) ? next.TimeUtc : null);
            }
        }
    }

    /// <summary>Whether it accepts records; false before the first opening and after an overflow.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Empties and opens the queue.</summary>
    public void Open() => Change(() =>
    {
        Clear();
        _open = true;
    });

    /// <summary>Empties and closes the queue.</summary>
    public void Close() => Change(() =>
    {
        Clear();
        _open = false;
    });

    /// <summary>Adds a record; over the limit the queue closes itself. Ignored while closed.</summary>
    public void Add(LogRecord record) => Change(() =>
    {
        if (!_open)
        {
            return;
        }

        _records.Enqueue((record, clock.GetUtcNow()));
        _bytes += SizeOf(record);
        _writes += WritesOf(record);
        if (_bytes > limitBytes)
        {
            Clear();
            _open = false;
        }
    });

    /// <summary>Takes the next records, waiting for the first one; null once the queue is closed.</summary>
    public async Task<IReadOnlyList<LogRecord>?> TakeAsync(long maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!_open)
                {
                    return null;
                }

                if (_records.Count > 0)
                {
                    return Dequeue(maxBytes);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gives back the bytes of acknowledged records.</summary>
    public void Release(IReadOnlyList<LogRecord> records) => Change(() =>
    {
        _oldestTaken = null;
        if (_open)
        {
            _bytes -= records.Sum(SizeOf);
            _writes -= records.Sum(WritesOf);
        }
    });

    /// <summary>Waits until less than half of the limit is used, so that synchronisation never pushes out the machine's own writes.</summary>
    /// <returns>False once the queue is closed.</returns>
    public async Task<bool> WaitForRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!_open || _bytes < limitBytes / 2)
                {
                    return _open;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static long SizeOf(LogRecord record) => record.Data.Length + RecordOverhead;

    private static long WritesOf(LogRecord record) => record.Kind == LogRecordKind.Write ? 1 : 0;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private List<LogRecord> Dequeue(long maxBytes)
    {
        var taken = new List<LogRecord>();
        for (long bytes = 0; bytes < maxBytes && _records.TryDequeue(out var next); bytes += SizeOf(next.Record))
        {
            _oldestTaken ??= next.TimeUtc;
            taken.Add(next.Record);
        }

        return taken;
    }

    private void Clear()
    {
        _records.Clear();
        (_bytes, _writes) = (0, 0);
        _oldestTaken = null;
    }

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            change();
            signal = _changed;
            _changed = NewSignal();
        }

        signal.TrySetResult();
    }
}
