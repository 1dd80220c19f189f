using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AsrFailback.Replication.IO;

/// <summary>Holes of files by Linux <c>lseek</c> and <c>fallocate</c>. Elsewhere, and on file systems that have none, all is data.</summary>
internal static partial class UnixHoles
{
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const int KeepSizePunchHole = 1 | 2;
    private const int Interrupted = 4;
    private const int NoDataBehind = 6;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    // The calls take an offset of 64 bits on 64-bit systems only.
    private static bool Available => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>The next range that may hold data; null when only holes follow.</summary>
    public static DataRange? NextData(SafeFileHandle handle, long offset, long length)
    {
        if (!Available || offset >= length)
        {
            return DataRange.Rest(offset, length);
        }

        var data = Seek(handle, offset, SeekData);
        if (data < 0)
        {
            return Marshal.GetLastPInvokeError() == NoDataBehind ? null : DataRange.Rest(offset, length);
        }

        var hole = Seek(handle, data, SeekHole);
        return DataRange.Rest(data, hole > data ? Math.Min(hole, length) : length);
    }

    /// <summary>Whether a hole was made; false when this file can have none.</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static bool TryPunch(SafeFileHandle handle, long offset, long count)
    {
        while (Available && count > 0 && Allocate(handle, KeepSizePunchHole, offset, count) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotSupported or NotImplemented)
            {
                return false;
            }

            if (error != Interrupted)
            {
                throw new Win32Exception(error);
            }
        }

        return Available;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle descriptor, int mode, long offset, long length);
}
