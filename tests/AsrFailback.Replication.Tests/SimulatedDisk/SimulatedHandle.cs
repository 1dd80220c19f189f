using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>An open simulated file.</summary>
internal sealed class SimulatedHandle(string path, SimulatedFile file) : IStoredFile
{
    private bool _disposed;

    public string Path => path;

    public long Length => Live.Length;

    private SimulatedFile Live => _disposed ? throw new ObjectDisposedException(path) : file;

    public void Read(long offset, Span<byte> buffer) => Live.Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes) => Live.Write(offset, bytes);

    public void Flush() => Live.Flush();

    public void SetLength(long length) => Live.SetLength(length);

    public void Dispose() => _disposed = true;
}
