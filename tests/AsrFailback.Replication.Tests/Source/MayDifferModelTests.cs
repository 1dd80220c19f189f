using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Writes, points, overflows, synchronisations that are cut off, answers that get lost, regions that differ and restarts, at
/// random, against a target that is only an array: what is not compared is equal, and in the end everything is.
/// </summary>
public sealed class MayDifferModelTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_not_compared_is_equal_and_in_the_end_everything_is()
    {
        var (first, runs, skipped) = (Random.Shared.Next(1 << 30), Scale.Of(400, 20_000), 0);
        output.WriteLine($"seeds {first} to {first + runs - 1}");
        for (var seed = first; seed < first + runs; seed++)
        {
            var model = new Model(new Random(seed), seed);
            for (var step = 0; step < 40; step++)
            {
                model.Step();
            }

            model.End();
            skipped += model.Skipped;
        }

        Assert.True(skipped > runs, "nothing was left out of a comparison");
    }

    private sealed class Model(Random random, int seed)
    {
        private readonly SourceBench _bench = new(RegionMap.Full(SourceBench.DiskBytes));
        private readonly byte[][] _target = [.. SourceBench.DiskBytes.Select(bytes => new byte[bytes])];
        private WriteSplitter? _machine;
        private bool _inOrder;

        public int Skipped { get; private set; }

        private WriteSplitter Machine => _machine ??= _bench.Open();

        public void Step()
        {
            switch (random.Next(20))
            {
                case < 9:
                    Write();
                    break;
                case < 12:
                    Follow(answered: true);
                    break;
                case 12:
                    Follow(answered: false);
                    break;
                case < 15:
                    Machine.Queue.Close(); // it overflowed
                    _inOrder = false;
                    break;
                case < 18:
                    Synchronise(random.Next(3) == 0 ? random.Next(6) : int.MaxValue);
                    break;
                case 18:
                    Rot();
                    break;
                default:
                    Machine.Dispose();
                    (_machine, _inOrder) = (null, false);
                    break;
            }
        }

        public void End()
        {
            Synchronise(int.MaxValue);
            Receive();
            Machine.ClearAcknowledged(Machine.Position);
            Assert.True(IsEqual((_, _) => true), $"seed {seed}");
            Assert.Empty(_bench.Marked().Members());
            Machine.Dispose();
        }

        private void Write()
        {
            var disk = random.Next(2);
            var length = 512 * random.Next(1, 300);
            Machine.Write(disk, 512 * random.NextInt64((SourceBench.DiskBytes[disk] - length) / 512), SourceBench.Bytes(length, random.Next()));
        }

        // The session's way: what is queued, then a point, whose acknowledgement clears.
        private void Follow(bool answered)
        {
            if (_inOrder)
            {
                Receive();
                var upTo = Machine.Position;
                if (random.Next(3) == 0)
                {
                    Write(); // on its way when the answer comes
                }

                if (answered)
                {
                    Machine.ClearAcknowledged(upTo);
                }
            }
        }

        private void Synchronise(int regionsUntilCut)
        {
            _inOrder = false;
            var (_, regions) = Machine.BeginSynchronisation();
            Receive();
            Assert.True(IsEqual((disk, block) => !regions[disk][block / 16] || (Machine.MayDiffer(disk, block / 16) & (1 << (int)(block % 16))) == 0), $"seed {seed}: what is not compared differs");
            foreach (var (disk, region) in regions.Members())
            {
                if (regionsUntilCut-- == 0)
                {
                    Machine.Queue.Close();
                    return;
                }

                Compare(disk, region);
                if (random.Next(4) == 0)
                {
                    Write();
                }
            }

            Machine.CompleteSynchronisation();
            Receive();
            if (random.Next(3) == 0)
            {
                Write(); // behind the end, and not acknowledged with it
            }

            Machine.SynchronisationAcknowledged();
            _inOrder = true;
        }

        private void Compare(int disk, long region)
        {
            var (first, count) = RegionMap.BlocksOf(region, SourceBench.DiskBytes[disk]);
            for (var block = first; block < first + count; block++)
            {
                if ((Machine.MayDiffer(disk, region) & (1 << (int)(block - first))) == 0)
                {
                    Skipped++;
                }
                else
                {
                    Machine.QueueBlock(Machine.ReadBlock(new BlockAddress(disk, block)));
                }
            }
        }

        // Somebody wrote the target, and it was found out.
        private void Rot()
        {
            var disk = random.Next(2);
            var address = new BlockAddress(disk, random.NextInt64(Blocks.Count(SourceBench.DiskBytes[disk])));
            _target[disk][address.Block * Blocks.Size] ^= 0xFF;
            Machine.MarkDifferent(RegionMap.Of([address], SourceBench.DiskBytes));
            Machine.Queue.Close();
            _inOrder = false;
        }

        private void Receive()
        {
            while (Machine.Queue is { IsOpen: true, Bytes: > 0 } queue)
            {
                var batch = queue.TakeAsync(1 << 20, default).GetAwaiter().GetResult()!;
                foreach (var record in batch.Where(record => record.CarriesData))
                {
                    record.Data.Span.CopyTo(_target[record.Disk].AsSpan((int)record.Offset));
                }

                queue.Release(batch);
            }
        }

        private bool IsEqual(Func<int, long, bool> looksAt)
        {
            var content = new byte[Blocks.Size];
            return Enumerable.Range(0, 2).All(disk => Enumerable.Range(0, (int)Blocks.Count(SourceBench.DiskBytes[disk])).All(block =>
            {
                if (!looksAt(disk, block))
                {
                    return true;
                }

                var length = Blocks.LengthOf(block, SourceBench.DiskBytes[disk]);
                Machine.Read(disk, (long)block * Blocks.Size, content.AsSpan(0, length));
                return content.AsSpan(0, length).SequenceEqual(_target[disk].AsSpan(block * Blocks.Size, length));
            }));
        }
    }
}
