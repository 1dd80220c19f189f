using AsrFailback.Engine;
using AsrFailback.Replication.IO;
using AsrFailback.Storage;

namespace AsrFailback.Node;

/// <summary>
/// Ends this process like a power button at operation n of its file and state ports: how a crash at any place is
/// rehearsed on the real program.
/// </summary>
internal static class CrashAt
{
    /// <summary>Wraps the ports; n counts from 1.</summary>
    public static EngineOptions Compose(EngineOptions options, long operation)
    {
        long count = 0;
        void Observe()
        {
            if (Interlocked.Increment(ref count) == operation)
            {
                System.Diagnostics.Process.GetCurrentProcess().Kill();
                Environment.FailFast(null);
            }
        }

        return options with
        {
            Files = new ObservedFileSystem(options.Files, (_, _) => Observe()),
            Store = store => new ObservedStateStore(store, _ => Observe()),
        };
    }
}
