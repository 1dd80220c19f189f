using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AsrFailback.Replication.IO;

/// <summary>Inode, change time and kind of a file by Linux <c>statx</c>, whose layout is the same on every architecture.</summary>
internal static partial class UnixStat
{
    private const int CurrentFolder = -100;
    private const int LinkItself = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int KindMask = 0xf000;
    private const int SocketKind = 0xc000;

    /// <summary>The stamp of a file.</summary>
    public static FileStamp Read(string path)
    {
        var stat = Stat(path, 0);
        return new FileStamp((long)stat.Size, Ticks(stat.Modified), Ticks(stat.Changed), stat.Inode);
    }

    /// <summary>Whether a file is a socket; a link to one is not.</summary>
    public static bool IsSocket(string path) => (Stat(path, LinkItself).Mode & KindMask) == SocketKind;

    private static StatxBuffer Stat(string path, int flags) =>
        Statx(CurrentFolder, path, flags, BasicStats, out var stat) == 0 ? stat : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private static long Ticks(Timestamp time) => (time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / 100);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatxBuffer buffer);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Timestamp Changed;

        [FieldOffset(112)]
        public Timestamp Modified;
    }
}
