using System.Diagnostics;
using AsrFailback.Replication.Disks;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Changes a file at random, opens it and looks at some of its bytes: it must be read or refused with an error of ours,
/// quickly and without much memory in either case. A failure names its seed.
/// </summary>
internal sealed class MutationBench(ITestOutputHelper output, Func<long>? allocated = null)
{
    private static readonly int Inputs = Scale.Of(10_000, 100_000);
    private const long MemoryLimit = 64L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    // A reader that works on other threads as well is measured by what the whole program allocates.
    private readonly Func<long> _allocated = allocated ?? GC.GetAllocatedBytesForCurrentThread;

    /// <summary>Runs over all inputs of a format of disk images.</summary>
    /// <param name="valid">The image before it is changed.</param>
    /// <param name="prepare">Stores an image and returns how to open it.</param>
    /// <param name="from">Where changes begin.</param>
    /// <param name="seal">Makes checksums right again, for half of the inputs.</param>
    /// <param name="inputs">How many.</param>
    /// <returns>How many were read.</returns>
    public int Run(byte[] valid, Func<byte[], Func<IBlockDevice>> prepare, int from = 0, Action<byte[]>? seal = null, int? inputs = null) => Run(
        valid,
        content =>
        {
            var open = prepare(content);
            return () => Look(open);
        },
        from,
        seal,
        inputs);

    /// <summary>Runs over all inputs of any format.</summary>
    /// <param name="valid">The file before it is changed.</param>
    /// <param name="prepare">Stores a file and returns how to read it.</param>
    /// <param name="from">Where changes begin.</param>
    /// <param name="seal">Makes checksums right again, for half of the inputs.</param>
    /// <param name="inputs">How many.</param>
    /// <returns>How many were read.</returns>
    public int Run(byte[] valid, Func<byte[], Action> prepare, int from = 0, Action<byte[]>? seal = null, int? inputs = null)
    {
        var (opened, count) = (0, inputs ?? Inputs);
        var (slowest, largest) = (TimeSpan.Zero, 0L);
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var content = Changed(valid, from, random);
            if (random.Next(2) == 0)
            {
                seal?.Invoke(content);
            }

            var look = prepare(content);
            var before = _allocated();
            var watch = Stopwatch.StartNew();
            var outcome = Record.Exception(look);
            var elapsed = watch.Elapsed;
            largest = Math.Max(largest, _allocated() - before);
            slowest = Max(slowest, seed == 0 || elapsed < Limit ? TimeSpan.Zero : QuickestOfThree(look));
            opened += outcome is null ? 1 : 0;
            Assert.True(outcome is null or AsrException, $"seed {seed}: {outcome}");
            Assert.True(slowest < Limit, $"seed {seed}: {slowest.TotalMilliseconds:F1} ms");
            Assert.True(largest < MemoryLimit, $"seed {seed}: {largest} bytes of memory");
        }

        output.WriteLine($"{count} inputs, {opened} read, most memory {largest} bytes");
        return opened;
    }

    // The first data, the last, and what lies between: where tables are followed.
    private static void Look(Func<IBlockDevice> open)
    {
        using var disk = open();
        var buffer = new byte[64 * 1024];
        foreach (var piece in DataPieces.Of(disk, 0, disk.Length).Take(5))
        {
            disk.Read(piece.Offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, piece.Length)));
        }

        foreach (var offset in new[] { 0, disk.Length / 2, disk.Length - 1 })
        {
            disk.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, disk.Length - offset)));
        }
    }

    // A busy machine is not a slow parser: what took long is looked at again.
    private static TimeSpan QuickestOfThree(Action look) => Enumerable.Range(0, 3).Select(_ =>
    {
        var watch = Stopwatch.StartNew();
        Record.Exception(look);
        return watch.Elapsed;
    }).Min();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static byte[] Changed(byte[] valid, int from, Random random)
    {
        var content = (byte[])valid.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && content.Length > from; changes--)
        {
            var at = random.Next(from, content.Length);
            switch (random.Next(6))
            {
                case 0:
                    content = content[..at];
                    break;
                case 1:
                    content = [.. content[..at], .. content.AsSpan(from, random.Next(content.Length - from)), .. content[at..]];
                    break;
                case 2:
                    content[at] = (byte)"\0\n\"/\\.9 fF="[random.Next(11)];
                    break;
                case 3:
                    content.AsSpan(at, Math.Min(1 << random.Next(4), content.Length - at)).Fill(random.Next(2) == 0 ? (byte)0 : (byte)0xff);
                    break;
                default:
                    content[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return content;
    }
}
