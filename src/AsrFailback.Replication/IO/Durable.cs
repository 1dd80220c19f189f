using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AsrFailback.Replication.IO;

/// <summary>
/// Flushes that report failure. The framework's own flush returns normally for EIO and ENOSPC on Linux, so every
/// durability acknowledgement goes through here. A failed flush is never retried: the kernel may have dropped the pages.
/// </summary>
internal static partial class Durable
{
    private const int OpenReadOnly = 0;

    /// <summary>Makes the file's content durable.</summary>
    /// <exception cref="Win32Exception">The system refused; the file's content is unknown.</exception>
    public static void Flush(SafeFileHandle handle)
    {
        var failed = OperatingSystem.IsWindows() ? !FlushFileBuffers(handle) : Flush(handle, OperatingSystem.IsMacOS());
        if (failed)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Makes a folder's entries durable. Windows has no such call and needs none on NTFS.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(handle) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static bool Flush(SafeFileHandle handle, bool whole) => (whole ? Fsync(handle) : Fdatasync(handle)) != 0;

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle handle);
}
