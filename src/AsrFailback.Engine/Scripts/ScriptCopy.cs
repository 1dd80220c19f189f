using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Scripts;

/// <summary>
/// A program's bytes as they were compared with the hash that was allowed, in a folder of the vault: what is done to the program between
/// the comparison and the start reaches no process. It is gone when this is disposed of; what a process that was killed left behind is
/// replaced by the next copy.
/// </summary>
internal sealed class ScriptCopy : IDisposable
{
    private const UnixFileMode Kept = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly IFileSystem _files;
    private readonly string _folder;

    /// <summary>Makes the copy, under the program's own name.</summary>
    /// <param name="script">The program.</param>
    /// <param name="folder">A folder for this copy alone.</param>
    /// <param name="files">The file system.</param>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>, <c>FileError</c>.</exception>
    public ScriptCopy(Script script, string folder, IFileSystem files)
    {
        (_files, _folder, Path) = (files, folder, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(script.Path)));
        var content = script.ReadUnchanged();
        try
        {
            Write(content);
            TakeModeOf(script.Path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Absolute path of the copy.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _files.Delete(Path);
        _files.DeleteFolder(_folder);
    }

    private void Write(byte[] content)
    {
        _files.CreateFolder(_folder);
        _files.Delete(Path);
        using var copy = _files.Open(Path, FileOpening.CreateNew);
        copy.Write(0, content);
    }

    // A program that may not be started does not become one that may, and nobody else may write it.
    private void TakeModeOf(string program)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(Path, File.GetUnixFileMode(program) & Kept);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(gone, "ScriptMissing", program);
        }
    }
}
