using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Nbd;
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

    public static TheoryData<ushort, long, long, int, uint> BadRequests => new()
    {
        { CmdRead, 1_049_088, 1, 0, EInval },
        { CmdRead, 1_049_087, 2, 0, EInval },
        { CmdRead, -1, 1, 0, EInval },
        { CmdRead, long.MinValue, 512, 0, EInval },
        { CmdRead, 0, (32 << 20) + 1, 0, EInval },
        { CmdRead, 0, uint.MaxValue, 0, EInval },
        { CmdRead, 0, 512, FlagNoHole, EInval },
        { CmdRead, 0, 512, 0x8000, EInval },
        { CmdWrite, 1_049_088, 1, 0, ENoSpc },
        { CmdWrite, 1_048_576, 1024, 0, ENoSpc },
        { CmdWrite, -512, 1024, 0, ENoSpc },
        { CmdWrite, 0, 4 << 20, 0, ENoSpc },
        { CmdWrite, 0, 512, FlagNoHole, EInval },
        { CmdWrite, 0, 512, FlagDf, EInval },
        { CmdTrim, 0, 1_049_089, 0, EInval },
        { CmdTrim, 0, uint.MaxValue, 0, EInval },
        { CmdTrim, 0, 512, FlagNoHole, EInval },
        { CmdWriteZeroes, 0, 1_049_089, 0, ENoSpc },
        { CmdWriteZeroes, 1_049_088, uint.MaxValue, 0, ENoSpc },
        { CmdWriteZeroes, 0, 512, FlagFastZero, EInval },
        { CmdWriteZeroes, 0, 512, FlagReqOne, EInval },
        { CmdFlush, 1, 0, 0, EInval },
        { CmdFlush, 0, 1, 0, EInval },
        { CmdCache, 0, 512, 0, EInval },
        { CmdBlockStatus, 0, 512, 0, EInval },
        { 8, 0, 0, 0, EInval },
        { ushort.MaxValue, 0, 0, 0, EInval },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_request_that_is_not_possible_gets_its_error_and_the_connection_goes_on(ushort command, long offset, long length, int flags, uint error)
    {
        foreach (var structured in new[] { false, true })
        {
            await using var bench = new NbdBench();
            using var client = bench.Begin("data", structured);
            var payload = command == CmdWrite ? SourceBench.Bytes((int)length, 3) : null;

            Assert.Equal(error, client.Do(command, offset, length, (ushort)flags, payload).Error);

            client.Write(512, SourceBench.Bytes(512, 4));
            Assert.Equal(SourceBench.Bytes(512, 4), client.Read(512, 512));
            Assert.Equal(-1, bench.Content(1).AsSpan(1024).IndexOfAnyExcept((byte)0));
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
    public async Task A_write_over_the_limit_is_refused_before_its_data_came_and_ends_the_connection()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();

        var cookie = client.Request(CmdWrite, 0, (32 << 20) + 1);

        var outcome = client.TakeOutcome(0, 0);
        Assert.Equal((cookie, EInval), (outcome.Cookie, outcome.Error));
        client.MustBeClosed();
        Assert.Equal(NbdEnd.RequestTooLong, await bench.NextEndAsync());
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

    [Theory]
    [InlineData(CmdWrite)]
    [InlineData(CmdTrim)]
    [InlineData(CmdWriteZeroes)]
    public async Task A_fenced_machine_permits_no_change_and_the_connection_goes_on(ushort command)
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin("data", structured: true);
        bench.Source.Fence.Closed = true;

        Assert.Equal(EPerm, client.Do(command, 0, 512, payload: command == CmdWrite ? SourceBench.Bytes(512, 1) : null).Error);
        Assert.Equal(new byte[512], client.Read(0, 512));

        bench.Source.Fence.Closed = false;
        client.Write(0, SourceBench.Bytes(512, 1));
    }

    [Fact]
    public async Task A_stopped_machine_permits_no_change_and_a_closed_one_nothing()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();
        client.Write(0, SourceBench.Bytes(512, 1));

        bench.Machine.Stop();
        Assert.Equal(EPerm, client.Do(CmdWrite, 0, 512, payload: new byte[512]).Error);
        Assert.Equal(SourceBench.Bytes(512, 1), client.Read(0, 512));
        client.Flush();

        bench.Machine.Dispose();
        Assert.Equal(EPerm, client.Do(CmdWrite, 0, 512, payload: new byte[512]).Error);
        Assert.Equal(EPerm, client.Do(CmdRead, 0, 512).Error);
        Assert.Equal(EPerm, client.Do(CmdFlush, 0, 0).Error);
    }

    [Theory]
    [InlineData("DiskFull", FileOperation.Write, CmdWrite, ENoSpc)]
    [InlineData("FileError", FileOperation.Write, CmdWrite, EIo)]
    [InlineData("DiskFull", FileOperation.Flush, CmdFlush, ENoSpc)]
    [InlineData("FlushFailedBefore", FileOperation.Flush, CmdFlush, EIo)]
    public async Task What_the_disk_says_reaches_the_client(string id, FileOperation failing, ushort command, uint error)
    {
        foreach (var structured in new[] { false, true })
        {
            var broken = false;
            await using var bench = new NbdBench(disk => new ObservedFileSystem(disk, (what, path) =>
            {
                if (broken && what == failing && path == SourceBench.PathOf(0))
                {
                    throw ErrorCatalogue.Exception(id, path, "test");
                }
            }));
            using var client = bench.Begin(structured: structured);
            broken = true;

            Assert.Equal(error, client.Do(command, 0, command == CmdWrite ? 512 : 0, payload: command == CmdWrite ? new byte[512] : null).Error);

            broken = false;
            client.Write(0, SourceBench.Bytes(512, 1), FlagFua);
        }
    }

    [Fact]
    public async Task A_structured_error_comes_with_the_words_of_the_catalogue()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin(structured: true);
        bench.Source.Fence.Closed = true;

        client.Request(CmdTrim, 0, 512);

        Assert.EndsWith("machine may not write at here: its epoch is 1, the active side is there with epoch 2.", System.Text.Encoding.UTF8.GetString(client.TakeChunk().Data), StringComparison.Ordinal);
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
