using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Writes past the page cache: the same bytes as any other write, whoever reads them.</summary>
public sealed class UncachedWriteTests : IDisposable
{
    private const int Length = 1 << 20;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(0, 0, 65536)]
    [InlineData(4096, 0, 4096)]
    [InlineData(512, 0, 4096)]
    [InlineData(4096, 1, 4096)]
    [InlineData(4096, 0, 1000)]
    [InlineData(Length - 4096, 0, 4096)]
    public void A_range_holds_what_was_written_wherever_it_and_the_memory_begin(int offset, int begin, int count)
    {
        using var file = NewFile(_folder.Path);
        var expected = SourceBench.Bytes(Length, 1);
        Assert.Equal(expected, Content(file)); // and lies in the page cache
        var memory = new AlignedMemory(2 * Length).Rent().Memory;
        SourceBench.Bytes(count, 2).CopyTo(memory[begin..]);
        file.WriteUncached(offset, [memory.Slice(begin, count)]);
        SourceBench.Bytes(count, 2).CopyTo(expected, offset);

        Assert.Equal(expected, Content(file));
        Assert.Equal(expected, File.ReadAllBytes(file.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pieces_are_written_in_one_go_and_one_by_one_alike(bool gathers)
    {
        using var file = NewFile(_folder.Path);
        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var memory = new AlignedMemory(Length).Rent().Memory;
        var (expected, bytes) = (SourceBench.Bytes(Length, 1), SourceBench.Bytes(20 * 4096, 2));
        bytes.CopyTo(memory);
        bytes.CopyTo(expected, 8192);
        ReadOnlyMemory<byte>[] pieces = [memory[..4096], memory[4096..4096], memory[4096..(7 * 4096)], memory[(7 * 4096)..bytes.Length]];
        if (UnixUncached.TryOpen(handle) is { } uncached)
        {
            using (uncached)
            {
                UnixUncached.Write(uncached, 8192, pieces, gathers);
            }

            Assert.Equal(expected, Content(file));
        }
    }

    [Fact]
    public void Cached_and_uncached_writes_of_the_same_range_count_in_their_order()
    {
        using var file = NewFile(_folder.Path);
        var (memory, random) = (new AlignedMemory(Length).Rent().Memory, new Random(1));
        var expected = SourceBench.Bytes(Length, 1);
        for (var count = 0; count < 300; count++)
        {
            var (offset, bytes) = (random.Next(16) * 4096, SourceBench.Bytes(4096 * random.Next(1, 16), count));
            bytes.CopyTo(memory);
            if (random.Next(2) == 0)
            {
                var cut = 4096 * random.Next(bytes.Length / 4096);
                file.WriteUncached(offset, [memory[..cut], memory[cut..bytes.Length]]);
            }
            else
            {
                file.Write(offset, memory.Span[..bytes.Length]);
            }

            bytes.CopyTo(expected, offset);
        }

        file.Flush();
        Assert.Equal(expected, Content(file));
    }

    [Fact]
    public void Memory_is_aligned_and_used_again()
    {
        var pieces = new AlignedMemory(8192);
        var piece = pieces.Rent();
        piece.Hold();
        var memory = piece.Memory;

        Assert.True(AlignedMemory.IsAligned(4096, memory.Span));
        Assert.False(AlignedMemory.IsAligned(4095, memory.Span));
        Assert.False(AlignedMemory.IsAligned(4096, memory.Span[1..]));
        Assert.False(AlignedMemory.IsAligned(4096, memory.Span[..^1]));
        Assert.Same(piece, AlignedMemory.PieceOf(memory[4096..]));
        Assert.Null(AlignedMemory.PieceOf(new byte[4096]));
        piece.LetGo();
        Assert.NotSame(piece, pieces.Rent()); // somebody holds it still
        piece.LetGo();
        Assert.Same(piece, pieces.Rent());
    }

    [Fact]
    public async Task Records_of_a_first_synchronisation_that_overlap_count_in_their_order()
    {
        const int blocks = 40;
        var (files, random, sequence) = (new LocalFileSystem(), new Random(1), 0L);
        var (image, expected) = (Path.Combine(_folder.Path, "disk.img"), new byte[(blocks * Blocks.Size) + 512]);
        File.WriteAllBytes(image, expected);
        var folder = Path.Combine(_folder.Path, "journal");
        RetentionJournal.Create(files, folder);
        using (var journal = RetentionJournal.Open(files, folder, folder, [RawImage.Open(files, image, writable: true)]))
        {
            for (var round = 0; round < 30; round++)
            {
                LogRecord[] batch = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => NewRecord(random, blocks, ++sequence))];
                foreach (var record in batch)
                {
                    record.Data.CopyTo(expected.AsMemory((int)record.Offset));
                }

                await journal.ReceiveAsync(round == 0 ? [new LogRecord { Kind = LogRecordKind.SyncStarted, Position = new(1, 0) }, .. batch] : batch, default);
                var digests = await journal.GetDigestsAsync(0, [.. Enumerable.Range(0, blocks + 1)], default);
                Assert.Equal(Enumerable.Range(0, blocks + 1).SelectMany(block => Blocks.Digest(expected.AsSpan(block * Blocks.Size, Blocks.LengthOf(block, expected.Length)))), digests);
            }

            journal.Settle();
        }

        Assert.Equal(expected, await File.ReadAllBytesAsync(image));
    }

    public void Dispose() => _folder.Dispose();

    private static IStoredFile NewFile(string folder)
    {
        var path = Path.Combine(folder, "file");
        File.WriteAllBytes(path, SourceBench.Bytes(Length, 1));
        return new LocalFileSystem().Open(path, FileOpening.ReadWrite);
    }

    // Whole blocks, zeros among them, and pieces of blocks: most batches have two that overlap, some have none.
    private static LogRecord NewRecord(Random random, int blocks, long sequence)
    {
        var (block, whole) = (random.Next(blocks - 3), random.Next(4) > 0);
        return new LogRecord
        {
            Kind = whole ? LogRecordKind.SyncBlock : LogRecordKind.Write,
            Position = new(1, sequence),
            Offset = (block * Blocks.Size) + (whole ? 0 : 512 * random.Next(100)),
            Data = random.Next(5) == 0 ? new byte[whole ? Blocks.Size : 512] : SourceBench.Bytes(whole ? Blocks.Size : 512 * random.Next(1, 200), random.Next()),
        };
    }

    private static byte[] Content(IStoredFile file)
    {
        var content = new byte[Length];
        file.Read(0, content);
        return content;
    }
}
