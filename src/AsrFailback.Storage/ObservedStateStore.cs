using AsrFailback.Core.Ports;

namespace AsrFailback.Storage;

/// <summary>Tells an observer of every change before it happens, so that tests can stop at change n.</summary>
public sealed class ObservedStateStore(IStateStore inner, Action<string> observer) : IStateStore
{
    /// <inheritdoc/>
    public StoredDocument? Find(string kind, string key) => inner.Find(kind, key);

    /// <inheritdoc/>
    public IReadOnlyList<StoredDocument> List(string kind) => inner.List(kind);

    /// <inheritdoc/>
    public StoredDocument? FindLast(string kind) => inner.FindLast(kind);

    /// <inheritdoc/>
    public long Put(string kind, string key, string json, long expectedVersion)
    {
        observer($"{kind} {key}");
        return inner.Put(kind, key, json, expectedVersion);
    }

    /// <inheritdoc/>
    public void Delete(string kind, string key)
    {
        observer($"{kind} {key}");
        inner.Delete(kind, key);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Check() => inner.Check();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
