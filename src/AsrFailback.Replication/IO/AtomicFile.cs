namespace AsrFailback.Replication.IO;

/// <summary>Makes files as a whole: temporary file, flush, rename, flush of the folder.</summary>
public static class AtomicFile
{
    /// <summary>Makes a new file so that a crash leaves none or the whole one.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The new file.</param>
    /// <param name="fill">Gives it its length and its content.</param>
    /// <exception cref="AsrException"><c>FileExists</c>.</exception>
    public static void Create(IFileSystem files, string path, Action<IStoredFile> fill)
    {
        if (files.Exists(path))
        {
            throw Core.Errors.ErrorCatalogue.Exception("FileExists", path);
        }

        var unfinished = path + ".new";
        files.Delete(unfinished);
        using (var file = files.Open(unfinished, FileOpening.CreateNew))
        {
            fill(file);
            file.Flush();
        }

        files.Rename(unfinished, path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }

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
