using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;

namespace AsrFailback.Engine.Tests;

/// <summary>A vault's state that outlives the engines of a test, without a file: for tests that open hundreds of vaults.</summary>
internal sealed class MemoryState
{
    private readonly object _lock = new();
    private readonly Dictionary<(string Kind, string Key), StoredDocument> _documents;

    public MemoryState() => _documents = new(new KeyComparer());

    private MemoryState(MemoryState other) => _documents = new(other._documents, new KeyComparer());

    public MemoryState Copy()
    {
        lock (_lock)
        {
            return new MemoryState(this);
        }
    }

    public IStateStore Open() => new View(this);

    private sealed class View(MemoryState state) : IStateStore
    {
        public StoredDocument? Find(string kind, string key)
        {
            lock (state._lock)
            {
                return state._documents.GetValueOrDefault((kind, key));
            }
        }

        public IReadOnlyList<StoredDocument> List(string kind)
        {
            lock (state._lock)
            {
                return [.. state._documents.Values.Where(document => document.Kind == kind).OrderBy(document => document.Key, StringComparer.OrdinalIgnoreCase)];
            }
        }

        public StoredDocument? FindLast(string kind) => List(kind) is [.., var last] ? last : null;

        public long Put(string kind, string key, string json, long expectedVersion)
        {
            lock (state._lock)
            {
                var found = state._documents.GetValueOrDefault((kind, key));
                if ((found?.Version ?? 0) != expectedVersion)
                {
                    throw ErrorCatalogue.Exception("StateConflict", kind, key);
                }

                state._documents[(kind, key)] = new StoredDocument(kind, found?.Key ?? key, expectedVersion + 1, json);
                return expectedVersion + 1;
            }
        }

        public void Delete(string kind, string key)
        {
            lock (state._lock)
            {
                state._documents.Remove((kind, key));
            }
        }

        public IReadOnlyList<string> Check() => [];

        public void Dispose()
        {
        }
    }

    private sealed class KeyComparer : IEqualityComparer<(string Kind, string Key)>
    {
        public bool Equals((string Kind, string Key) x, (string Kind, string Key) y) =>
            x.Kind == y.Kind && string.Equals(x.Key, y.Key, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Kind, string Key) key) => HashCode.Combine(key.Kind, key.Key.ToUpperInvariant());
    }
}
