namespace AsrFailback.Replication.IO;

/// <summary>Replaces small files as a whole: temporary file, flush, rename, flush of the folder.</summary>
public static class AtomicFile
{
    /// <summary>Writes the file so that a crash leaves either the old or the new content.</summary>
    public static void Replace(IFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        files.Delete(temporary);
        using (var file = files.Open(temporary, FileOpening.CreateNew))
        {
            file.Write(0, content);
            file.Flush();
        }

        files.Rename(temporary, path);
        files.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>The whole content, or null when the file is missing.</summary>
    /// <exception cref="AsrException"><c>FileTooLarge</c> above <paramref name="limit"/> bytes.</exception>
    public static byte[]? Read(IFileSystem files, string path, int limit)
    {
        if (!files.Exists(path))
        {
            return null;
        }

        using var file = files.Open(path, FileOpening.ReadOnly);
        var length = file.Length;
        if (length > limit)
        {
            throw Core.Errors.ErrorCatalogue.Exception("FileTooLarge", path, length, limit);
        }

        var content = new byte[length];
        file.Read(0, content);
        return content;
    }
}
