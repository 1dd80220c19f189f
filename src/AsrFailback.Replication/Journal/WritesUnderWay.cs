using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// Long writes that go on while more records are taken, several at a time: a disk is as fast as it can be only while something
/// always waits for it. They have threads of their own, which end when nothing comes for a while, because one of the pool that
/// waits for a disk keeps others from working. A write that failed is kept, and tried again before anything else is done. Thread-safe.
/// </summary>
internal sealed class WritesUnderWay
{
    /// <summary>Most writes that are held, those that wait for a thread as well.</summary>
    public const int MostHeld = 8;

    /// <summary>Most writes that a disk is given at a time: more of them gain nothing.</summary>
    public const int MostThreads = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // of a thread: one more costs as much as a write

    private readonly object _lock = new();
    private readonly List<HeldWrite> _held = []; // each from its beginning until it has succeeded
    private readonly Queue<HeldWrite> _failed = new();
    private readonly Queue<HeldWrite> _waiting = new(); // guarded by itself, like what is below: whoever waits for an end is not woken by a beginning
    private int _threads;
    private int _idle;

    /// <summary>A write to a range of a disk.</summary>
    private sealed record HeldWrite(int Disk, DataRange Range, Action Write);

    /// <summary>Begins a write. Nothing that is under way overlaps it: see <see cref="WaitFor"/>.</summary>
    /// <exception cref="AsrException">One that was begun before failed, and this one was not begun.</exception>
    public void Begin(int disk, DataRange range, Action write)
    {
        lock (_lock)
        {
            WaitUntil(() => _held.Count < MostHeld);
            var held = new HeldWrite(disk, range, write);
            HandOver(held);
            _held.Add(held);
        }
    }

    /// <summary>Waits until nothing is under way in a range of a disk.</summary>
    /// <exception cref="AsrException">A write failed, and failed again.</exception>
    public void WaitFor(int disk, DataRange range)
    {
        lock (_lock)
        {
            WaitUntil(() => !_held.Exists(held => held.Disk == disk && held.Range.Offset < range.End && range.Offset < held.Range.End));
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    /// <exception cref="AsrException">A write failed, and failed again.</exception>
    public void Finish()
    {
        lock (_lock)
        {
            WaitUntil(() => _held.Count == 0);
        }
    }

    /// <summary>Waits until nothing is under way; what failed is given up.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            while (_held.Count > _failed.Count)
            {
                Monitor.Wait(_lock);
            }
        }
    }

    /// <summary>Where the first write at or behind an offset of a disk begins; null when none is under way there.</summary>
    public long? NextFrom(int disk, long offset)
    {
        lock (_lock)
        {
            return _held.Where(held => held.Disk == disk && held.Range.End > offset).Min(held => (long?)Math.Max(offset, held.Range.Offset));
        }
    }

    // Under the lock, which is let go while it waits.
    private void WaitUntil(Func<bool> reached)
    {
        while (true)
        {
            if (_failed.Count > 0)
            {
                TryAgain();
            }
            else if (reached())
            {
                return;
            }
            else
            {
                Monitor.Wait(_lock);
            }
        }
    }

    private void TryAgain()
    {
        _failed.Peek().Write();
        _held.Remove(_failed.Dequeue());
    }

    private void HandOver(HeldWrite held)
    {
        lock (_waiting)
        {
            if (_waiting.Count < _idle)
            {
                Monitor.Pulse(_waiting);
            }
            else if (_threads < MostThreads)
            {
                new Thread(Work) { IsBackground = true, Name = "Replica writes" }.Start();
                _threads++;
            }

            _waiting.Enqueue(held);
        }
    }

    private void Work()
    {
        while (Next() is { } write)
        {
            var written = false;
            try
            {
                write.Write();
                written = true;
            }
            catch (Exception)
            {
                // Whoever asks next tries again, and is told.
            }

            End(write, written);
        }
    }

    // Nothing once it has waited in vain: the thread ends then.
    private HeldWrite? Next()
    {
        lock (_waiting)
        {
            HeldWrite? next;
            _idle++;
            while (!_waiting.TryDequeue(out next) && (Monitor.Wait(_waiting, Patience) || _waiting.Count > 0))
            {
            }

            _idle--;
            if (next is null)
            {
                _threads--;
            }

            return next;
        }
    }

    private void End(HeldWrite write, bool written)
    {
        lock (_lock)
        {
            if (written)
            {
                _held.Remove(write);
            }
            else
            {
                _failed.Enqueue(write);
            }

            Monitor.PulseAll(_lock);
        }
    }
}
