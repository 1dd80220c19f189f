using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Drill;

/// <summary>
/// An application that writes all along: on each area in turn, so that the order across disks matters. It writes wherever
/// the machine runs, waits while it runs nowhere, and logs intent → write → acknowledgement with the witness.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int WritesPerFlush = 64;

    // As in a database, most writes hit a small part: seven of eight go to a sixteenth of the area.
    private const int HotShare = 16;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(8);

    private readonly Func<WriteSplitter> _machine;
    private readonly WitnessLog _witness;
    private readonly DrillLayout _layout;
    private readonly long _seed;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Task _running;
    private readonly TimeProvider _clock;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _acknowledged;
    private WriteSplitter? _startedOn;
    private bool _paused = true;

    /// <summary>Gets ready to write; paused until <see cref="Resume"/>, so that a drill that goes on compares before it writes.</summary>
    public Workload(Func<WriteSplitter> machine, WitnessLog witness, DrillLayout layout, long seed, TimeProvider clock)
    {
        (_machine, _witness, _layout, _seed, _clock) = (machine, witness, layout, seed, clock);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Waits for so many further acknowledged writes.</summary>
    public async Task WaitForWritesAsync(int count, CancellationToken cancellation)
    {
        var goal = Volatile.Read(ref _acknowledged) + count;
        while (Volatile.Read(ref _acknowledged) < goal)
        {
            var progress = Volatile.Read(ref _progress);
            if (Volatile.Read(ref _acknowledged) >= goal)
            {
                return;
            }

            await Task.WhenAny(progress.Task, _running).WaitAsync(cancellation).ConfigureAwait(false);
            if (_running.IsCompleted)
            {
                await _running.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Returns when no write is under way; none begins until <see cref="Resume"/>.</summary>
    public async Task PauseAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _paused = true;
        _turn.Release();
    }

    /// <summary>Goes on writing, on whatever machine runs now or next; when that one goes away, the workload pauses by itself.</summary>
    public async Task ResumeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        (_paused, _startedOn) = (false, null);
        _turn.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync()
    {
        var write = _witness.Entries.Select(entry => entry.Write).DefaultIfEmpty(0).Max();
        while (!_stop.IsCancellationRequested)
        {
            await _turn.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                write = _paused ? write : WriteSome(write);
            }
            finally
            {
                _turn.Release();
            }

            Interlocked.Exchange(ref _progress, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            await Task.Delay(Breath, _clock, _stop.Token).ConfigureAwait(false);
        }
    }

    // A refused write means that the machine is off, gone, or fenced: it was never acknowledged, and the next one waits
    // until the machine runs somewhere.
    private long WriteSome(long write)
    {
        try
        {
            var machine = _machine();
            _startedOn ??= machine;
            if (machine != _startedOn)
            {
                _paused = true;
                return write;
            }

            for (var count = 0; count < WritesPerFlush; count++)
            {
                WriteOne(machine, ++write);
            }

            machine.Flush();
            _witness.Flush();
        }
        catch (AsrException refused) when (refused.Error.Id is "MachineClosed" or "WriteRefused" or "ItemNotFound")
        {
        }
        catch (ObjectDisposedException)
        {
        }

        return write;
    }

    private void WriteOne(WriteSplitter machine, long write)
    {
        var (disk, chunk) = PlaceOf(write);
        Span<byte> content = stackalloc byte[WitnessLog.ChunkSize];
        SeededContent.FillWrite(content, _seed, write);
        _witness.Append(new WitnessEntry(WitnessKind.Intent, write, disk, chunk, default));
        var position = machine.Write(disk, chunk * WitnessLog.ChunkSize, content);
        _witness.Append(new WitnessEntry(WitnessKind.Acknowledgement, write, disk, chunk, position));
        Interlocked.Increment(ref _acknowledged);
    }

    private (int Disk, long Chunk) PlaceOf(long write)
    {
        var area = _layout.Areas[(int)(write % _layout.Areas.Count)];
        var number = SeededContent.Mix((ulong)(_seed + write));
        var span = (number & 7) == 0 ? area.Chunks : Math.Max(1, area.Chunks / HotShare);
        return (area.Disk, area.FirstChunk + (long)((number >> 3) % (ulong)span));
    }
}
