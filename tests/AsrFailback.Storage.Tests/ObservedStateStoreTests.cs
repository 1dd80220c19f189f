namespace AsrFailback.Storage.Tests;

/// <summary>The observer hears of every change before it happens, in order, and of nothing else.</summary>
public sealed class ObservedStateStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Changes_are_told_in_order_before_they_happen_and_readings_are_not()
    {
        var heard = new List<string>();
        using var inner = _folder.Create();
        using var store = new ObservedStateStore(inner, change => heard.Add($"{change} of {inner.List("item").Count}"));

        store.Put("item", "a", "1", 0);
        store.Put("item", "b", "1", 0);
        store.Find("item", "a");
        store.List("item");
        store.Check();
        store.Put("item", "a", "2", 1);
        store.Delete("item", "b");

        Assert.Equal(["item a of 0", "item b of 1", "item a of 2", "item b of 2"], heard);
        Assert.Equal("2", Assert.Single(store.List("item")).Json);
    }

    [Fact]
    public void An_observer_that_throws_stops_the_change()
    {
        using var inner = _folder.Create();
        inner.Put("item", "a", "1", 0);
        using var store = new ObservedStateStore(inner, _ => throw new InvalidOperationException("stop"));

        Assert.Throws<InvalidOperationException>(() => store.Put("item", "a", "2", 1));
        Assert.Throws<InvalidOperationException>(() => store.Delete("item", "a"));
        Assert.Equal("1", store.Find("item", "a")?.Json);
    }
}
