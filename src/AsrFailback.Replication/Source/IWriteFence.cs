namespace AsrFailback.Replication.Source;

/// <summary>Says whether a machine's side may write now (invariant 5). Thread-safe; asked under the splitter's lock for every write.</summary>
public interface IWriteFence
{
    /// <summary>Throws when the side is not active or does not hold the current epoch.</summary>
    /// <exception cref="AsrException"><c>WriteRefused</c>.</exception>
    void RequireWritable();
}
