namespace AsrFailback.Node.Tests;

/// <summary>Counts what happens to files below a folder: a clock that stands still when the watched program does.</summary>
internal sealed class Activity : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _wanted;
    private int _count;

    public Activity(string folder, int wanted)
    {
        _wanted = wanted;
        _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, InternalBufferSize = 1 << 20 };
        _watcher.Changed += (_, _) => Count();
        _watcher.Created += (_, _) => Count();
        _watcher.Renamed += (_, _) => Count();
        _watcher.Deleted += (_, _) => Count();
        _watcher.Error += (_, _) => _reached.TrySetResult();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Ends after the wanted number of events.</summary>
    public Task Reached => _reached.Task;

    public void Dispose() => _watcher.Dispose();

    private void Count()
    {
        if (Interlocked.Increment(ref _count) >= _wanted)
        {
            _reached.TrySetResult();
        }
    }
}
