using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Stops the world at a chosen operation: from there on every changing operation fails, as if the process had died there.
/// Or lets one operation fail and all others pass. Thread-safe.
/// </summary>
internal sealed class Interruption
{
    private readonly object _lock = new();
    private long _countdown = long.MaxValue;
    private bool _once;

    /// <summary>Only operations that end so are counted; once stopped, everything is.</summary>
    public string Only { get; init; } = "";

    /// <summary>Operations seen since the last arming.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the chosen operation was reached.</summary>
    public bool Happened { get; private set; }

    /// <summary>Stops everything at the n-th operation from now, counting from 1.</summary>
    public void StopAt(long operation) => Arm(operation, once: false);

    /// <summary>Lets only the n-th operation from now fail.</summary>
    public void FailAt(long operation) => Arm(operation, once: true);

    /// <summary>Counts from now and lets everything pass.</summary>
    public void Disarm() => Arm(long.MaxValue, once: false);

    public void Observe(string operation)
    {
        lock (_lock)
        {
            if (!Happened && !operation.EndsWith(Only, StringComparison.Ordinal))
            {
                return;
            }

            Count++;
            if (Count < _countdown || (_once && Count > _countdown))
            {
                return;
            }

            Happened = true;
            throw ErrorCatalogue.Exception("FileError", operation, "interrupted by the test");
        }
    }

    private void Arm(long operation, bool once)
    {
        lock (_lock)
        {
            (_countdown, _once, Count, Happened) = (operation, once, 0, false);
        }
    }
}
