using System.Numerics;

namespace AsrFailback.Replication.Source;

/// <summary>A fixed-size set of small numbers. Not thread-safe.</summary>
public sealed class BitSet(long size)
{
    private readonly ulong[] _words = new ulong[(size + 63) / 64];

    /// <summary>Numbers from 0 up to here fit.</summary>
    public long Size => size;

    /// <summary>How many are in the set.</summary>
    public long Count => _words.Sum(word => (long)BitOperations.PopCount(word));

    /// <summary>Whether a number is in the set; adding and removing by assignment.</summary>
    public bool this[long index]
    {
        get => (_words[index >> 6] & (1UL << (int)(index & 63))) != 0;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
            var mask = 1UL << (int)(index & 63);
            _words[index >> 6] = value ? _words[index >> 6] | mask : _words[index >> 6] & ~mask;
        }
    }

    /// <summary>Adds every number of another set of the same size.</summary>
    public void UnionWith(BitSet other)
    {
        for (var word = 0; word < _words.Length; word++)
        {
            _words[word] |= other._words[word];
        }
    }

    /// <summary>The numbers in the set, ascending.</summary>
    public IEnumerable<long> Members()
    {
        for (var word = 0; word < _words.Length; word++)
        {
            for (var rest = _words[word]; rest != 0; rest &= rest - 1)
            {
                yield return ((long)word << 6) + BitOperations.TrailingZeroCount(rest);
            }
        }
    }
}
