using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>An observer that lets one operation of a call fail for want of space. Flushes succeed, so that no file is lost by it.</summary>
internal sealed class OneRefusal
{
    private int _left;

    /// <summary>Calls an action whose n-th operation finds no space; a call that has fewer passes.</summary>
    public void During(int operation, Action action)
    {
        _left = operation;
        try
        {
            action();
        }
        catch (AsrException full) when (full.Error.Id == "TargetFull")
        {
            // What is owed is tried again first, whatever comes next.
        }
        finally
        {
            (_left, IsFull) = (0, false);
        }
    }

    /// <summary>Whether there is no space at this moment.</summary>
    public bool IsFull { get; private set; }

    public void Observe(FileOperation what, string path)
    {
        if (what is FileOperation.Write or FileOperation.Create or FileOperation.SetLength && _left > 0 && --_left == 0)
        {
            IsFull = true;
            throw ErrorCatalogue.Exception("DiskFull", path, "test");
        }
    }
}
