using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>The real file system.</summary>
public sealed class LocalFileSystemTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalFileSystem _files = new();

    [UnixFact]
    public void A_link_is_refused_whatever_it_leads_to()
    {
        File.WriteAllText(_folder["file"], "x");
        File.CreateSymbolicLink(_folder["link"], _folder["file"]);
        File.CreateSymbolicLink(_folder["dangling"], _folder["missing"]);

        foreach (var how in Enum.GetValues<FileOpening>())
        {
            Assert.Equal("ImageIsLink", Refusal(() => _files.Open(_folder["link"], how)));
            Assert.Equal("ImageIsLink", Refusal(() => _files.Open(_folder["dangling"], how)));
        }

        Assert.False(File.Exists(_folder["missing"]));
    }

    [Fact]
    public void What_is_written_and_flushed_reads_back_and_the_rest_is_zero()
    {
        using (var file = _files.Open(_folder["file"], FileOpening.CreateNew))
        {
            file.Write(1000, [1, 2, 3]);
            file.SetLength(2000);
            file.Flush();
        }

        using var again = _files.Open(_folder["file"], FileOpening.ReadOnly);
        var content = new byte[3000];
        content.AsSpan().Fill(9);
        again.Read(0, content);
        Assert.Equal(2000, again.Length);
        Assert.Equal([0, 1, 2, 3, 0], content[999..1004]);
        Assert.Equal(0, content[2500]);
    }

    [Fact]
    public void Errors_are_of_the_catalogue_and_name_the_path()
    {
        Assert.Equal("FileMissing", Refusal(() => _files.Open(_folder["missing"], FileOpening.ReadOnly)));
        Assert.Equal("FileMissing", Refusal(() => _files.Open(Path.Combine(_folder["none"], "file"), FileOpening.CreateNew)));
        File.WriteAllText(_folder["file"], "x");
        Assert.Equal("FileError", Refusal(() => _files.Open(_folder["file"], FileOpening.CreateNew)));
        Assert.Equal("AccessDenied", Refusal(() => _files.Open(_folder.Path, FileOpening.ReadWrite)));
        Assert.IsType<AsrException>(Record.Exception(() => _files.FlushFolder(_folder["none"])));
        Assert.IsType<AsrException>(Record.Exception(() => _files.Stamp(_folder["none"])));
        Assert.IsType<AsrException>(Record.Exception(() => _files.Rename(_folder["none"], _folder["other"])));
        _files.Delete(_folder["none"]);
    }

    [Fact]
    public void A_name_the_system_cannot_take_is_refused_with_an_error_of_the_catalogue()
    {
        Assert.IsType<AsrException>(Record.Exception(() => _files.Open(_folder["a\0b"], FileOpening.CreateNew)));
        Assert.IsType<AsrException>(Record.Exception(() => _files.Open(_folder[new string('x', 300)], FileOpening.CreateNew)));
    }

    [UnixFact]
    public void What_cannot_be_looked_at_is_not_taken_for_missing()
    {
        File.CreateSymbolicLink(_folder["loop"], _folder["loop"]);
        var unseen = Path.Combine(_folder["loop"], "file");

        Assert.IsType<AsrException>(Record.Exception(() => _files.Exists(unseen)));
        Assert.IsType<AsrException>(Record.Exception(() => _files.List(unseen, "*")));
        Assert.IsType<AsrException>(Record.Exception(() => _files.Delete(unseen)));
        Assert.False(_files.Exists(_folder["none"]));
        Assert.False(_files.Exists(Path.Combine(_folder["none"], "file")));
        Assert.False(_files.Exists(_folder.Path));
        Assert.False(_files.Exists(_folder[new string('x', 300)]));
    }

    [UnixFact]
    public void A_file_that_cannot_be_sought_is_refused_at_once()
    {
        Tools.RunWell("mkfifo", _folder["pipe"]);

        Assert.Equal("FileError", Refusal(() => _files.Open(_folder["pipe"], FileOpening.ReadWrite)));
    }

    [Fact]
    public void Any_foreign_write_changes_the_stamp()
    {
        File.WriteAllText(_folder["file"], "one");
        var before = _files.Stamp(_folder["file"]);
        Assert.Equal(before, _files.Stamp(_folder["file"]));
        Assert.Equal(3, before.Length);

        var written = File.GetLastWriteTimeUtc(_folder["file"]);
        File.WriteAllText(_folder["other"], "two");
        File.SetLastWriteTimeUtc(_folder["other"], written);
        File.Move(_folder["other"], _folder["file"], overwrite: true);

        // Length and modification time are the same; the inode and the change time are not.
        Assert.NotEqual(before, _files.Stamp(_folder["file"]));
    }

    [Fact]
    public void Listing_is_sorted_and_of_the_pattern_only()
    {
        foreach (var name in new[] { "b.seg", "a.seg", "a.seg.tmp", "a.seg2" })
        {
            File.WriteAllText(_folder[name], "");
        }

        Assert.Equal(["a.seg", "b.seg"], _files.List(_folder.Path, "*.seg").Select(Path.GetFileName));
        Assert.Empty(_files.List(_folder["none"], "*"));
    }

    [Fact]
    public void Replacing_a_file_leaves_no_temporary_one_and_reading_has_a_limit()
    {
        _files.CreateFolder(_folder["deep/er"]);
        var path = Path.Combine(_folder["deep/er"], "file");
        AtomicFile.Replace(_files, path, [1, 2, 3]);
        AtomicFile.Replace(_files, path, [4, 5]);

        Assert.Equal([4, 5], AtomicFile.Read(_files, path, 2)!);
        Assert.Equal("FileTooLarge", Refusal(() => AtomicFile.Read(_files, path, 1)));
        Assert.Null(AtomicFile.Read(_files, path + "2", 1));
        Assert.Equal([path], Directory.GetFiles(_folder["deep/er"]));
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(Func<object?> action) => Assert.Throws<AsrException>(() => (action() as IDisposable)?.Dispose()).Error.Id;
}
