namespace AsrFailback.Storage.Tests;

/// <summary>A file system that is really full: the error says so, and nothing that was stored is lost.</summary>
public sealed class FullDiskTests
{
    [FullDiskFact]
    public void A_full_disk_is_told_as_such_and_what_was_stored_before_stays()
    {
        using var disk = SmallFileSystem.Mount(256);
        var path = Path.Combine(disk.Root, "state.db");
        var stored = 0;
        using (var store = SqliteStateStore.Open(path, create: true))
        {
            var full = Assert.Throws<AsrException>(() =>
            {
                for (; stored < 10_000; stored++)
                {
                    store.Put("job", $"{stored}", new string((char)('a' + (stored % 26)), 1500), 0);
                }
            });
            Assert.Equal(("DiskFull", true), (full.Error.Id, full.Error.Temporary));
            Assert.True(stored > 10, $"only {stored} documents fit: the disk is too small for the test");
            AssertAllStored(store, stored);
        }

        using var again = SqliteStateStore.Open(path, create: false);
        AssertAllStored(again, stored);
        Assert.Empty(again.Check());
    }

    [FullDiskFact]
    public void A_change_that_does_not_fit_leaves_the_old_content_and_its_version()
    {
        using var disk = SmallFileSystem.Mount(256);
        var path = Path.Combine(disk.Root, "state.db");
        using (var store = SqliteStateStore.Open(path, create: true))
        {
            store.Put("item", "web01", "old", 0);
            var full = Assert.Throws<AsrException>(() => store.Put("item", "web01", new string('x', 1 << 20), 1));
            Assert.Equal("DiskFull", full.Error.Id);
            Assert.Equal(("old", 1L), (store.Find("item", "web01")!.Json, store.Find("item", "web01")!.Version));
            Assert.Equal(2, store.Put("item", "web01", "new", 1));
        }

        using var again = SqliteStateStore.Open(path, create: false);
        Assert.Equal("new", again.Find("item", "web01")!.Json);
    }

    [FullDiskFact]
    public void Once_there_is_space_again_the_same_store_goes_on()
    {
        using var disk = SmallFileSystem.Mount(256);
        using var store = SqliteStateStore.Open(Path.Combine(disk.Root, "state.db"), create: true);
        var ballast = Path.Combine(disk.Root, "ballast");
        store.Put("item", "web01", "old", 0);
        Fill(ballast);
        Assert.Equal("DiskFull", Assert.Throws<AsrException>(() => store.Put("item", "web02", new string('x', 50_000), 0)).Error.Id);

        File.Delete(ballast);

        Assert.Equal(1, store.Put("item", "web02", new string('x', 50_000), 0));
        Assert.Empty(store.Check());
    }

    [FullDiskFact]
    public void Creating_a_state_on_a_full_disk_is_told_as_such()
    {
        using var disk = SmallFileSystem.Mount(64);
        Fill(Path.Combine(disk.Root, "ballast"));

        Assert.Equal("DiskFull", Assert.Throws<AsrException>(() => SqliteStateStore.Open(Path.Combine(disk.Root, "state.db"), create: true)).Error.Id);
    }

    private static void AssertAllStored(SqliteStateStore store, int count)
    {
        var documents = store.List("job").ToDictionary(document => document.Key, document => document.Json);
        Assert.Equal(count, documents.Count);
        Assert.All(Enumerable.Range(0, count), index => Assert.Equal(new string((char)('a' + (index % 26)), 1500), documents[$"{index}"]));
    }

    private static void Fill(string path)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var page = new byte[4096];
        try
        {
            for (long offset = 0; ; offset += page.Length)
            {
                RandomAccess.Write(file, page, offset);
            }
        }
        catch (IOException)
        {
            // Full, as intended.
        }
    }
}
