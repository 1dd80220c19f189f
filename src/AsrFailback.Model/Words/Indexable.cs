namespace AsrFailback;

/// <summary>Lists that people index at a prompt: PowerShell sees the indexer of arrays and lists only.</summary>
internal static class Indexable
{
    /// <summary>The same items in an array, unless the list can be indexed everywhere already.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> list) => list is T[] or List<T> ? list : list.ToArray();
}
