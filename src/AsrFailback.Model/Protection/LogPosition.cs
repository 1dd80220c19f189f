namespace AsrFailback;

/// <summary>
/// A place in the write log of one machine. Order is (generation, sequence), never a clock; the vault hands out
/// generations, so positions are comparable across restarts and across both sites of an item.
/// </summary>
/// <param name="Generation">Counts the openings of the machine's write splitter, from 1.</param>
/// <param name="Sequence">Counts the writes and marks within a generation, from 1.</param>
public readonly record struct LogPosition(uint Generation, long Sequence) : IComparable<LogPosition>
{
    /// <summary>Before every write.</summary>
    public static LogPosition None => default;

    /// <inheritdoc/>
    public int CompareTo(LogPosition other) =>
        Generation != other.Generation ? Generation.CompareTo(other.Generation) : Sequence.CompareTo(other.Sequence);

    /// <summary>Earlier than.</summary>
    /// <param name="a">One position.</param>
    /// <param name="b">Another position.</param>
    /// <returns>Whether <paramref name="a"/> comes first.</returns>
    public static bool operator <(LogPosition a, LogPosition b) => a.CompareTo(b) < 0;

    /// <summary>Later than.</summary>
    /// <param name="a">One position.</param>
    /// <param name="b">Another position.</param>
    /// <returns>Whether <paramref name="b"/> comes first.</returns>
    public static bool operator >(LogPosition a, LogPosition b) => a.CompareTo(b) > 0;

    /// <summary>Earlier or the same.</summary>
    /// <param name="a">One position.</param>
    /// <param name="b">Another position.</param>
    /// <returns>Whether <paramref name="a"/> does not come after <paramref name="b"/>.</returns>
    public static bool operator <=(LogPosition a, LogPosition b) => a.CompareTo(b) <= 0;

    /// <summary>Later or the same.</summary>
    /// <param name="a">One position.</param>
    /// <param name="b">Another position.</param>
    /// <returns>Whether <paramref name="a"/> does not come before <paramref name="b"/>.</returns>
    public static bool operator >=(LogPosition a, LogPosition b) => a.CompareTo(b) >= 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Generation}:{Sequence}";
}
