using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <summary>
/// Keeps a target in step with a source: compare and send the marked regions, then follow every write in order. One
/// mechanism for everything: an initial replication is a synchronisation of all regions, a reprotect one of the delta, an
/// unclean stop one of what was in flight. A lost link is tried again; an overflown queue starts a new synchronisation.
/// Thread-safe.
/// </summary>
public sealed partial class ReplicationSession : IAsyncDisposable
{
    private const long BatchBytes = 16 << 20; // a link waits for an answer once for each
    private static readonly int Comparers = Math.Clamp(2 * Environment.ProcessorCount, 2, 8); // some wait for an answer while others compare
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly WriteSplitter _source;
    private readonly IReplicationTarget _target;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly object _lock = new();
    private readonly List<(Func<bool> Reached, TaskCompletionSource Signal)> _waiters = [];
    private readonly RateMeter _rate;
    private readonly Throttle _throttle;
    private RateMeter _compared;
    private double _lastCompareRate;
    private readonly Task _running;
    private ReplicationStatus _status = new(ReplicationMode.Synchronizing, 0, 0, 0, 0, 0, LogPosition.None);
    private LogPosition _synchronisedFrom;
    private IReadOnlyList<LogRecord>? _unsent;
    private volatile bool _inOrder;
    private AsrException? _failure;
    private volatile AsrError? _refusal;

    /// <summary>Starts at once.</summary>
    public ReplicationSession(WriteSplitter source, IReplicationTarget target, TimeProvider clock)
    {
        (_source, _target, _clock) = (source, target, clock);
        (_rate, _compared, _throttle) = (new RateMeter(clock), new RateMeter(clock), new Throttle(clock));
        _running = Task.Run(RunAsync);
    }

    /// <summary>What the session is doing.</summary>
    public ReplicationStatus Status
    {
        get
        {
            lock (_lock)
            {
                // A session that has just begun has not lost its queue, it has none yet.
                var overflown = !_source.Queue.IsOpen && _status.Mode != ReplicationMode.Stopped && _synchronisedFrom > LogPosition.None;
                var mode = overflown ? ReplicationMode.IntentOnly : _status.Mode;
                return _status with
                {
                    QueuedBytes = _source.Queue.Bytes,
                    Mode = mode,
                    DirtyBytes = _source.DirtyBytes,
                    ChurnBytesPerSecond = _source.ChurnBytesPerSecond,
                    RateBytesPerSecond = _rate.PerSecond,
                    RateLimitBytesPerSecond = _throttle.BytesPerSecond,
                    ResyncSeconds = ResyncSeconds(mode),
                };
            }
        }
    }

    /// <summary>How fast it may send; from now on, null for as fast as it can.</summary>
    public BandwidthLimit? Bandwidth
    {
        get => _throttle.Limit;
        set => _throttle.Limit = value;
    }

    /// <summary>Send what may differ without comparing it first: nearly all of it does (FB-05).</summary>
    public bool SendsAll { get; init; }

    /// <summary>When the oldest write that the target has not acknowledged was made, UTC; null when it has everything.</summary>
    public DateTimeOffset? OldestUnacknowledgedUtc => _source.Queue.OldestUtc;

    /// <summary>Why the session ended; null while it runs.</summary>
    public AsrError? Failure
    {
        get
        {
            lock (_lock)
            {
                return _failure?.Error;
            }
        }
    }

    /// <summary>Why the target, which is there, takes nothing now: it is full, or something else answers; null while it takes what it gets.</summary>
    public AsrError? Refusal => _refusal;

    /// <summary>Whether the target holds everything but what is queued: it was synchronised and the queue never overflowed.</summary>
    public bool Follows => _inOrder && _source.Queue.IsOpen;

    /// <summary>Points that somebody waits for, and calls that wait: as many as there are callers.</summary>
    internal (int Points, int Calls) Waiting
    {
        get
        {
            lock (_lock)
            {
                return (_awaited.Count, _waiters.Count);
            }
        }
    }

    /// <summary>Waits until the target has followed in order at least once since the session began.</summary>
    /// <exception cref="AsrException">The session ended with an error that trying again does not mend.</exception>
    public Task WaitUntilInOrderAsync(CancellationToken cancellation) =>
        WaitAsync(() => _status.Mode == ReplicationMode.InOrder && _source.Queue.IsOpen, cancellation);

    /// <summary>Waits until the target has everything written up to now.</summary>
    /// <exception cref="AsrException">The session ended with an error that trying again does not mend.</exception>
    public Task DrainAsync(CancellationToken cancellation)
    {
        var position = _source.Position;
        return WaitAsync(() => _status.Mode == ReplicationMode.InOrder && _status.Acknowledged >= position, cancellation);
    }

    /// <summary>Compares the marked regions anew, as after an overflow; writes go on meanwhile.</summary>
    public void Synchronise()
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                return;
            }

            _inOrder = false;
            _status = _status with { Mode = ReplicationMode.IntentOnly };
        }

        _source.Queue.Close();
    }

    /// <summary>Stops; what is not acknowledged stays marked in the intent bitmap.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _source.Queue.Close();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var delay = FirstRetry;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await AttemptAsync().ConfigureAwait(false);
                Update(status => status with { Mode = ReplicationMode.IntentOnly });
                delay = FirstRetry;
            }
            catch (AsrException lost) when (lost.Error.Id is "LinkDown" or "LinkProtocol" or "TargetFull")
            {
                _refusal = lost.Error.Id == "LinkDown" ? null : lost.Error;
                WaitForTarget();
                await DelayAsync(delay).ConfigureAwait(false);
                delay = delay * 2 > LastRetry ? LastRetry : delay * 2;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                Fail(failure as AsrException ?? ErrorCatalogue.Caused(failure, "Unexpected", failure.ToString()));
                return;
            }
        }

        Fail(ErrorCatalogue.Exception("ReplicationStopped"));
    }

    // A queue is of use to a target that has everything before it. After a synchronisation that was cut off it is not: the
    // next one begins anew, and until then the intent bitmap is enough.
    private void WaitForTarget()
    {
        if (!_inOrder)
        {
            _source.Queue.Close();
        }

        Update(status => status with { Mode = _inOrder ? ReplicationMode.Disconnected : ReplicationMode.IntentOnly });
    }

    // Sends until the queue closes itself; where the ends may differ, compares meanwhile. The first failure ends both.
    private async Task AttemptAsync()
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var comparing = _inOrder && _source.Queue.IsOpen ? Task.CompletedTask : SynchroniseAsync(attempt.Token);
        var sending = SendAsync(attempt.Token);
        try
        {
            await Task.WhenAny(comparing, sending).ConfigureAwait(false);
            if (comparing.IsCompleted)
            {
                await comparing.ConfigureAwait(false);
            }

            await sending.ConfigureAwait(false);
        }
        finally
        {
            await attempt.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, comparing).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private async Task SynchroniseAsync(CancellationToken cancellation)
    {
        _inOrder = false;
        _unsent = null;
        var (start, regions) = _source.BeginSynchronisation();
        _compared = new RateMeter(_clock);
        Update(status =>
        {
            _synchronisedFrom = start;
            return status with { Mode = ModeUntilStarted(status.Mode), SyncBytesDone = 0, SyncBytesTotal = regions.Bytes };
        });

        // What the target received before this start must be in its replica before its digests mean anything.
        await WaitAsync(() => _status.Acknowledged >= start, cancellation).ConfigureAwait(false);
        await CompareAsync(regions, cancellation).ConfigureAwait(false);
        var end = _source.CompleteSynchronisation();
        await WaitAsync(() => _status.Acknowledged >= end, cancellation).ConfigureAwait(false);
        _source.SynchronisationAcknowledged();
        _inOrder = true;
        Update(status => status with { Mode = ReplicationMode.InOrder });
    }

    // Only the first synchronisation counts as one before the target has answered: until then there was no other state.
    private static ReplicationMode ModeUntilStarted(ReplicationMode before) =>
        before == ReplicationMode.Synchronizing ? before : ReplicationMode.IntentOnly;

    private async Task SendAsync(CancellationToken cancellation)
    {
        while ((_unsent ??= await _source.Queue.TakeAsync(_throttle.BatchOf(BatchBytes), cancellation).ConfigureAwait(false)) is { } batch)
        {
            await _throttle.WaitAsync(BytesOf(batch), cancellation).ConfigureAwait(false);
            var acknowledged = await _target.ReceiveAsync(batch, cancellation).ConfigureAwait(false);
            (_unsent, _refusal) = (null, null);
            var (moved, synchronised) = (BytesOf(batch), BytesOf(batch.Where(record => record.Kind == LogRecordKind.SyncBlock)));
            _rate.Add(moved);
            Remember(batch.Where(record => record.Kind == LogRecordKind.Mark));
            _source.Release(batch);
            if (batch.Any(record => record.Kind == LogRecordKind.Mark))
            {
                // Lazily, once a point: a region cleared at every acknowledgement would be marked again at the next write.
                _source.ClearAcknowledged(acknowledged);
            }

            Update(status => status with
            {
                Acknowledged = acknowledged,
                BytesMoved = status.BytesMoved + moved,
                SyncBytesMoved = status.SyncBytesMoved + synchronised,
                Mode = _inOrder ? ReplicationMode.InOrder : ReplicationMode.Synchronizing,
            });
        }
    }

    private double? ResyncSeconds(ReplicationMode mode)
    {
        var (bytes, perSecond) = mode switch
        {
            ReplicationMode.Synchronizing => (_status.SyncBytesTotal - _status.SyncBytesDone, _compared.PerSecond),
            ReplicationMode.IntentOnly => (_source.DirtyBytes, Volatile.Read(ref _lastCompareRate)),
            _ => (0, 0),
        };
        return perSecond > 0 ? bytes / perSecond : null;
    }

    private static long BytesOf(IEnumerable<LogRecord> records) => records.Sum(record => (long)record.Data.Length);

    private async Task DelayAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _clock, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop sees it.
        }
    }

    private void Update(Func<ReplicationStatus, ReplicationStatus> change)
    {
        lock (_lock)
        {
            _status = change(_status);
            foreach (var waiter in _waiters.Where(waiter => waiter.Reached()).ToArray())
            {
                _waiters.Remove(waiter);
                waiter.Signal.TrySetResult();
            }
        }
    }

    private void Fail(AsrException failure)
    {
        lock (_lock)
        {
            _failure = failure;
            _status = _status with { Mode = ReplicationMode.Stopped };
            foreach (var waiter in _waiters)
            {
                waiter.Signal.TrySetException(failure);
            }

            _waiters.Clear();
        }
    }

    private async Task WaitAsync(Func<bool> reached, CancellationToken cancellation)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            if (reached())
            {
                return;
            }

            _waiters.Add((reached, signal));
        }

        try
        {
            await signal.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _waiters.Remove((reached, signal));
            }
        }
    }
}
