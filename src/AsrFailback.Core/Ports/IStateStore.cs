namespace AsrFailback.Core.Ports;

/// <summary>A stored document with its row version.</summary>
/// <param name="Kind">Kind of document, for example <c>item</c>.</param>
/// <param name="Key">Unique within the kind, without regard to case.</param>
/// <param name="Version">Grows by one at every change, from 1.</param>
/// <param name="Json">The document.</param>
public sealed record StoredDocument(string Kind, string Key, long Version, string Json);

/// <summary>
/// The vault's memory of intents, items and jobs. Every call is atomic and durable when it returns; it throws
/// <see cref="AsrException"/> <c>StateConflict</c> when the version is not the expected one, and retries nothing.
/// Thread-safe.
/// </summary>
public interface IStateStore : IDisposable
{
    /// <summary>One document, or null.</summary>
    StoredDocument? Find(string kind, string key);

    /// <summary>All documents of a kind, by key.</summary>
    IReadOnlyList<StoredDocument> List(string kind);

    /// <summary>The document of a kind with the last key; null when there is none.</summary>
    StoredDocument? FindLast(string kind);

    /// <summary>Writes a document whose version is <paramref name="expectedVersion"/> (0: it does not exist yet).</summary>
    /// <returns>The new version.</returns>
    long Put(string kind, string key, string json, long expectedVersion);

    /// <summary>Removes a document if it is there.</summary>
    void Delete(string kind, string key);

    /// <summary>Reads everything and changes nothing; returns what is wrong, in words.</summary>
    IReadOnlyList<string> Check();
}
