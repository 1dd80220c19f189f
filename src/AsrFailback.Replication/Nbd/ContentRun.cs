using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Nbd;

/// <summary>A part of what was read: bytes to send, or zeros that need not be sent.</summary>
/// <param name="Start">First byte within what was read.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsHole">Whether all bytes are zero.</param>
internal readonly record struct ContentRun(int Start, int Length, bool IsHole)
{
    /// <summary>Cuts content into as few runs as its zero blocks allow; pure.</summary>
    /// <param name="content">What was read.</param>
    /// <param name="offset">Where on the disk it lies; runs end at the disk's blocks.</param>
    public static IReadOnlyList<ContentRun> Of(ReadOnlySpan<byte> content, long offset)
    {
        var runs = new List<ContentRun>();
        for (var start = 0; start < content.Length;)
        {
            var length = (int)Math.Min(content.Length - start, Blocks.Size - ((offset + start) % Blocks.Size));
            var isHole = Blocks.IsZero(content.Slice(start, length));
            if (runs.Count > 0 && runs[^1].IsHole == isHole)
            {
                runs[^1] = runs[^1] with { Length = runs[^1].Length + length };
            }
            else
            {
                runs.Add(new ContentRun(start, length, isHole));
            }

            start += length;
        }

        return runs;
    }
}
