namespace AsrFailback.Storage.Tests;

/// <summary>A file that is not our state is refused with a typed error, and is left as it was.</summary>
public sealed class WrongFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_database_of_another_application_is_refused_and_left_alone(int userVersion)
    {
        _folder.Run($"CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1); PRAGMA application_id = 7; PRAGMA user_version = {userVersion}");

        AssertRefusedAndUnchanged(userVersion > 1 ? ["StateDamaged", "FormatTooNew"] : ["StateDamaged"]);
    }

    [Fact]
    public void A_database_of_another_application_keeps_its_write_ahead_log()
    {
        _folder.Run("PRAGMA journal_mode = WAL; CREATE TABLE theirs (a); PRAGMA application_id = 7; PRAGMA user_version = 1");

        AssertRefusedAndUnchanged(["StateDamaged"]);
    }

    [Fact]
    public void A_newer_format_is_refused_and_left_alone()
    {
        _folder.Create().Dispose();
        _folder.Run("PRAGMA user_version = 2");

        AssertRefusedAndUnchanged(["FormatTooNew"]);
    }

    [Fact]
    public void An_empty_file_is_not_a_state()
    {
        File.WriteAllBytes(_folder.Path, []);

        AssertRefusedAndUnchanged(["StateDamaged"]);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        File.WriteAllText(_folder.Path, string.Concat(Enumerable.Repeat("This is a text, not a database.\n", 200)));

        AssertRefusedAndUnchanged(["StateDamaged"]);
    }

    [Fact]
    public void A_header_that_was_overwritten_is_damage()
    {
        CreateWithDocuments();
        Overwrite(0, 100);

        AssertRefusedAndUnchanged(["StateDamaged"]);
    }

    [Fact]
    public void A_missing_file_is_not_created_on_opening()
    {
        var error = Assert.Throws<AsrException>(_folder.Reopen).Error;

        Assert.Contains(error.Id, new[] { "FileError", "FileMissing" });
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path));
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_a_typed_error()
    {
        Directory.CreateDirectory(_folder.Path);

        Assert.Contains(_folder.Path, Assert.Throws<AsrException>(_folder.Reopen).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_were_overwritten_are_found_by_the_check()
    {
        CreateWithDocuments();
        Overwrite(4096, 16 * 4096);

        Assert.NotEmpty(FindingsOf(store => store.Check()));
    }

    [Fact]
    public void Reading_damaged_pages_is_a_typed_error()
    {
        CreateWithDocuments();
        Overwrite(4096, 16 * 4096);

        Assert.NotEmpty(FindingsOf(store => store.List("item").Count == 100 ? [] : ["documents are missing"]));
    }

    [Fact]
    public void A_check_of_a_sound_file_finds_nothing_and_changes_nothing()
    {
        CreateWithDocuments();
        var before = File.ReadAllBytes(_folder.Path);

        Assert.Empty(FindingsOf(store => store.Check()));
        Assert.Equal(before, File.ReadAllBytes(_folder.Path));
    }

    // What a reader says is wrong: its findings, or the typed error it ended with.
    private IReadOnlyList<string> FindingsOf(Func<SqliteStateStore, IReadOnlyList<string>> read)
    {
        try
        {
            using var store = _folder.Reopen();
            return read(store);
        }
        catch (AsrException damage)
        {
            Assert.Equal("StateDamaged", damage.Error.Id);
            return [damage.Message];
        }
    }

    private void AssertRefusedAndUnchanged(string[] ids)
    {
        var before = File.ReadAllBytes(_folder.Path);

        var refusal = Record.Exception(() => _folder.Reopen().Dispose());

        Assert.Contains(Assert.IsType<AsrException>(refusal).Error.Id, ids);
        Assert.Contains(_folder.Path, refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.Path));
    }

    private void CreateWithDocuments()
    {
        using var store = _folder.Create();
        for (var index = 0; index < 100; index++)
        {
            store.Put("item", $"web{index}", new string('x', 2000), 0);
        }
    }

    private void Overwrite(int offset, int length)
    {
        using var file = File.OpenHandle(_folder.Path, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, Enumerable.Repeat((byte)0xa5, length).ToArray(), offset);
    }
}
