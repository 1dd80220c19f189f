using System.Collections.Concurrent;

namespace AsrFailback.Storage.Tests;

/// <summary>Many writers at once: for every version exactly one of them wins.</summary>
public sealed class ParallelTests : IDisposable
{
    private const int Writers = 8;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Exactly_one_writer_wins_each_version_of_a_document()
    {
        using var store = _folder.Create();

        AssertOneWinnerPerVersion(Enumerable.Repeat(store, Writers).ToArray(), rounds: 20);
    }

    [Fact]
    public void Exactly_one_writer_wins_when_each_has_the_file_open_by_itself()
    {
        _folder.Create().Dispose();
        var stores = Enumerable.Range(0, 3).Select(_ => _folder.Reopen()).ToArray();
        try
        {
            AssertOneWinnerPerVersion(stores, rounds: 10);
        }
        finally
        {
            Array.ForEach(stores, store => store.Dispose());
        }
    }

    [Fact]
    public async Task Readers_see_whole_documents_while_others_write()
    {
        using var store = _folder.Create();
        store.Put("item", "web01", "0 0", 0);
        using var done = new CancellationTokenSource();
        var torn = new ConcurrentBag<string>();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var document = store.Find("item", "web01")!;
                if (document.Json != $"{document.Version - 1} {document.Version - 1}")
                {
                    torn.Add(document.Json);
                }
            }
        })).ToArray();

        for (var version = 1; version <= 100; version++)
        {
            store.Put("item", "web01", $"{version} {version}", version);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(torn);
    }

    private static void AssertOneWinnerPerVersion(SqliteStateStore[] stores, int rounds)
    {
        for (var version = 0; version < rounds; version++)
        {
            var winners = new ConcurrentBag<int>();
            Parallel.For(0, stores.Length, new ParallelOptions { MaxDegreeOfParallelism = stores.Length }, writer =>
            {
                try
                {
                    stores[writer].Put("item", "web01", $"writer {writer}", version);
                    winners.Add(writer);
                }
                catch (AsrException lost) when (lost.Error.Id == "StateConflict")
                {
                    // Another writer was first.
                }
            });
            var winner = Assert.Single(winners);
            var stored = stores[0].Find("item", "web01")!;
            Assert.Equal((version + 1, $"writer {winner}"), (stored.Version, stored.Json));
        }
    }
}
