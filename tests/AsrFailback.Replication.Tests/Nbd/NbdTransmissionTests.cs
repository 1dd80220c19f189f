using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>The requests, one by one, with simple and with structured replies.</summary>
public sealed class NbdTransmissionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_is_on_the_disk_and_is_read_again(bool structured)
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin("data", structured);
        var expected = new byte[client.Bytes];
        foreach (var (offset, length) in new[] { (0L, 512), (1_000_003L, 1), (70_000L, 200_001), (client.Bytes - 7, 7) })
        {
            var data = SourceBench.Bytes(length, (int)offset);
            client.Write(offset, data);
            data.CopyTo(expected, offset);
            Assert.Equal(data, client.Read(offset, length));
        }

        Assert.Equal(expected, bench.Content(1));
        Assert.Equal(expected, client.Read(0, expected.Length));
        Assert.Equal(-1, bench.Content(0).AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(CmdTrim, 0)]
    [InlineData(CmdWriteZeroes, 0)]
    [InlineData(CmdWriteZeroes, FlagNoHole)]
    public async Task Trimmed_and_zeroed_bytes_are_zeros_and_their_neighbours_stay(ushort command, ushort flags)
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();
        var expected = SourceBench.Bytes((int)client.Bytes, 1);
        client.Write(0, expected);

        Assert.Equal(0u, client.Do(command, 1001, (2 << 20) + 5, flags).Error);

        expected.AsSpan(1001, (2 << 20) + 5).Clear();
        Assert.Equal(expected, bench.Content(0));
    }

    [Fact]
    public async Task Zeros_over_zeros_are_written_only_when_they_have_to_take_their_space()
    {
        var writes = 0;
        await using var bench = new NbdBench(disk => new ObservedFileSystem(disk, (what, path) =>
            writes += what == FileOperation.Write && path == SourceBench.PathOf(0) ? 1 : 0));
        using var client = bench.Begin();

        client.Do(CmdTrim, 0, client.Bytes);
        client.Do(CmdWriteZeroes, 0, client.Bytes);
        Assert.Equal(0, writes);
        client.Do(CmdWriteZeroes, 0, client.Bytes, FlagNoHole);

        Assert.Equal(3, writes);
    }

    [Theory]
    [InlineData(CmdWrite)]
    [InlineData(CmdTrim)]
    [InlineData(CmdWriteZeroes)]
    public async Task A_reply_to_a_flush_or_with_fua_means_durable(ushort command)
    {
        foreach (var fua in new[] { true, false })
        {
            await using var bench = new NbdBench();
            using var client = bench.Begin("data");
            client.Write(0, SourceBench.Bytes(8192, 1));
            client.Flush();

            var outcome = client.Do(command, 512, 4096, fua ? FlagFua : (ushort)0, command == CmdWrite ? SourceBench.Bytes(4096, 2) : null);
            Assert.Equal(0u, outcome.Error);
            if (!fua)
            {
                Assert.Equal(SourceBench.Bytes(8192, 1), bench.ContentAfterPowerCut(1)[..8192]);
                client.Flush();
            }

            Assert.Equal(bench.Content(1), bench.ContentAfterPowerCut(1));
            Assert.NotEqual(SourceBench.Bytes(8192, 1), bench.ContentAfterPowerCut(1)[..8192]);
        }
    }

    [Theory]
    [InlineData(CmdRead)]
    [InlineData(CmdWrite)]
    [InlineData(CmdTrim)]
    [InlineData(CmdWriteZeroes)]
    public async Task A_request_of_nothing_is_done_even_at_the_end(ushort command)
    {
        foreach (var structured in new[] { false, true })
        {
            await using var bench = new NbdBench();
            using var client = bench.Begin(structured: structured);

            Assert.Equal(0u, client.Do(command, client.Bytes, 0).Error);
        }
    }

    [Fact]
    public async Task A_structured_read_tells_zeros_without_sending_them()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin(structured: true);
        client.Write(Blocks.Size, SourceBench.Bytes(Blocks.Size + 1, 1));

        var cookie = client.Request(CmdRead, 512, 5 * Blocks.Size);

        Chunk[] chunks = [client.TakeChunk(), client.TakeChunk(), client.TakeChunk()];
        Assert.Equal([(ChunkHole, false), (ChunkData, false), (ChunkHole, true)], chunks.Select(chunk => (chunk.Type, chunk.IsLast)));
        Assert.All(chunks, chunk => Assert.Equal(cookie, chunk.Cookie));
        Assert.Equal([.. NbdMessages.U64(512), .. NbdMessages.U32(Blocks.Size - 512)], chunks[0].Data);
        Assert.Equal([.. NbdMessages.U64(Blocks.Size), .. SourceBench.Bytes(Blocks.Size + 1, 1), .. new byte[Blocks.Size - 1]], chunks[1].Data);
    }

    [Fact]
    public async Task A_read_that_must_not_be_fragmented_comes_in_one_chunk()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin(structured: true);
        client.Write(Blocks.Size, SourceBench.Bytes(Blocks.Size, 1));

        client.Request(CmdRead, 0, 4 * Blocks.Size, FlagDf);

        var chunk = client.TakeChunk();
        Assert.Equal((ChunkData, true, 8 + (4 * Blocks.Size)), (chunk.Type, chunk.IsLast, chunk.Data.Length));
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_one_by_one_each_under_its_own_cookie()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();
        var cookies = Enumerable.Range(0, 50).Select(index => client.Request(CmdWrite, index * 512, 512, payload: SourceBench.Bytes(512, index))).ToArray();
        var reads = Enumerable.Range(0, 50).Select(index => client.Request(CmdRead, index * 512, 512)).ToArray();

        Assert.Equal(cookies, cookies.Select(_ => client.TakeOutcome(0, 0).Cookie));
        var outcomes = reads.Select(_ => client.TakeOutcome(512, 0)).ToArray();
        Assert.Equal(reads, outcomes.Select(outcome => outcome.Cookie));
        Assert.Equal(Enumerable.Range(0, 50).Select(index => SourceBench.Bytes(512, index)), outcomes.Select(outcome => outcome.Data));
    }
}
