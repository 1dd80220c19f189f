using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>A disk on which every write hangs until it is let go.</summary>
internal sealed class HangingDisk(IBlockDevice disk) : IBlockDevice
{
    private readonly ManualResetEventSlim _hangs = new();
    private readonly ManualResetEventSlim _goesOn = new();

    public long Length => disk.Length;

    /// <summary>Returns when a write hangs.</summary>
    public void UntilItHangs() => _hangs.Wait(Patience.Token);

    /// <summary>The write that hangs goes on, and so does every other.</summary>
    public void LetGo() => _goesOn.Set();

    public void Read(long offset, Span<byte> buffer) => disk.Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _hangs.Set();
        _goesOn.Wait(Patience.Token);
        disk.Write(offset, bytes);
    }

    public void Flush() => disk.Flush();

    public void Dispose()
    {
        disk.Dispose();
        _hangs.Dispose();
        _goesOn.Dispose();
    }
}
