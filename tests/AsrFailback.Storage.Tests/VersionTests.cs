using AsrFailback.Core.Ports;

namespace AsrFailback.Storage.Tests;

/// <summary>Documents, their versions and who may change them.</summary>
public sealed class VersionTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly SqliteStateStore _store;

    public VersionTests() => _store = _folder.Create();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_version_grows_by_one_at_every_change_from_one()
    {
        Assert.Equal(1, _store.Put("item", "web01", "a", 0));
        Assert.Equal(2, _store.Put("item", "web01", "b", 1));
        Assert.Equal(3, _store.Put("item", "web01", "c", 2));
        Assert.Equal(new StoredDocument("item", "web01", 3, "c"), _store.Find("item", "web01"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Another_version_than_the_stored_one_is_a_conflict_and_changes_nothing(long expected)
    {
        _store.Put("item", "web01", "a", 0);
        _store.Put("item", "web01", "b", 1);

        var conflict = Assert.Throws<AsrException>(() => _store.Put("item", "web01", "wrong", expected));

        Assert.Equal("StateConflict", conflict.Error.Id);
        Assert.Contains("web01", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(new StoredDocument("item", "web01", 2, "b"), _store.Find("item", "web01"));
    }

    [Fact]
    public void Changing_what_is_not_there_is_a_conflict_and_creates_nothing()
    {
        Assert.Equal("StateConflict", Assert.Throws<AsrException>(() => _store.Put("item", "web01", "a", 1)).Error.Id);
        Assert.Null(_store.Find("item", "web01"));
    }

    [Fact]
    public void Keys_compare_without_regard_to_case_and_keep_the_case_they_were_created_with()
    {
        _store.Put("item", "Web01", "a", 0);

        Assert.Equal("Web01", _store.Find("item", "WEB01")?.Key);
        Assert.Throws<AsrException>(() => _store.Put("item", "web01", "b", 0));
        Assert.Equal(2, _store.Put("item", "wEb01", "b", 1));
        _store.Delete("item", "WEB01");
        Assert.Empty(_store.List("item"));
    }

    [Fact]
    public void Kinds_are_apart_and_lists_are_in_order_of_keys()
    {
        _store.Put("item", "b", "1", 0);
        _store.Put("item", "A", "2", 0);
        _store.Put("item", "c", "3", 0);
        _store.Put("job", "a", "4", 0);

        Assert.Equal(["A", "b", "c"], _store.List("item").Select(document => document.Key));
        Assert.Equal(["4"], _store.List("job").Select(document => document.Json));
        Assert.Empty(_store.List("Item"));
    }

    [Fact]
    public void A_deleted_document_begins_again_at_one()
    {
        _store.Put("item", "web01", "a", 0);
        _store.Put("item", "web01", "b", 1);
        _store.Delete("item", "web01");
        _store.Delete("item", "web01");

        Assert.Null(_store.Find("item", "web01"));
        Assert.Equal(1, _store.Put("item", "web01", "c", 0));
    }

    [Theory]
    [InlineData("'; DROP TABLE document; --")]
    [InlineData("한국어 키 \U0001f4be")]
    [InlineData("%_*")]
    [InlineData("")]
    public void Any_text_is_a_key_and_content(string text)
    {
        _store.Put(text, text, text, 0);

        Assert.Equal(new StoredDocument(text, text, 1, text), _store.Find(text, text));
    }

    [Fact]
    public void Everything_survives_a_reopening()
    {
        _store.Put("item", "web01", "a", 0);
        _store.Put("item", "web01", new string('x', 1 << 20), 1);
        _store.Put("job", "1", "j", 0);
        _store.Put("job", "2", "gone", 0);
        _store.Delete("job", "2");
        var before = _store.List("item").Concat(_store.List("job")).ToArray();
        _store.Dispose();

        using var again = _folder.Reopen();

        Assert.Equal(before, again.List("item").Concat(again.List("job")));
        Assert.Empty(again.Check());
        Assert.Equal(3, again.Put("item", "web01", "c", 2));
    }
}
