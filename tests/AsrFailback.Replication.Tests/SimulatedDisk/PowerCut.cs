using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Thrown instead of the operation at which the power fails.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>An observer that stops everything at the n-th changing operation, and keeps it stopped.</summary>
internal sealed class PowerCut(int operation)
{
    private int _seen;

    public void Observe(FileOperation what, string path)
    {
        if (Interlocked.Increment(ref _seen) >= operation)
        {
            throw new PowerCutException();
        }
    }
}
