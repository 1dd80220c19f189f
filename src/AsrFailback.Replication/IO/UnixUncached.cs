using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AsrFailback.Replication.IO;

/// <summary>
/// A second handle of an open file, to write past the page cache by Linux <c>O_DIRECT</c>: bytes that nobody reads soon cost no
/// memory that way, and reach the disk while more of them come. The kernel keeps the two handles coherent.
/// </summary>
internal static partial class UnixUncached
{
    private const int WriteOnly = 1;
    private const int CloseOnExec = 0x80000;

    // The framework goes on wrongly after a short write of several pieces, and says nothing, before its patches of 2025 (dotnet/runtime#109826).
    private static bool Gathers => Environment.Version.Major >= 10;

    private static int Direct => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>Opens the handle; null where the system or the file's file system has none.</summary>
    public static SafeFileHandle? TryOpen(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return null;
        }

        var descriptor = Open($"/proc/self/fd/{file.DangerousGetHandle()}", WriteOnly | CloseOnExec | Direct);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Writes all bytes; false when that is not possible, and then some of them may have been written.</summary>
    public static bool TryWrite(SafeFileHandle uncached, long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        try
        {
            Write(uncached, offset, pieces, Gathers);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes all bytes, in one go or piece by piece.</summary>
    internal static void Write(SafeFileHandle uncached, long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces, bool gathers)
    {
        if (gathers)
        {
            RandomAccess.Write(uncached, pieces, offset);
        }
        else
        {
            Pieces.Write((at, bytes) => RandomAccess.Write(uncached, bytes, at), offset, pieces);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
