using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Small files that a user names.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="maxBytes">Bytes at most.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="AsrException"><c>FileMissing</c>, <c>FileTooLarge</c>, <c>FileError</c>.</exception>
    public static async Task<byte[]> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            var size = new FileInfo(path).Length;
            return size <= maxBytes ? await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false) : throw ErrorCatalogue.Exception("FileTooLarge", path, size, maxBytes);
        }
        catch (FileNotFoundException missing)
        {
            throw ErrorCatalogue.Caused(missing, "FileMissing", path, missing.Message);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(refused, "FileError", path, refused.Message);
        }
    }
}
