using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Nbd;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>What clients are told when a request cannot be carried out; the connection goes on wherever it can.</summary>
public sealed class NbdErrorTests
{
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

        var words = Encoding.UTF8.GetString(client.TakeChunk().Data.AsSpan(6));
        Assert.Equal("machine may not write at here: its epoch is 1, the active side is there with epoch 2.", words);
    }
}
