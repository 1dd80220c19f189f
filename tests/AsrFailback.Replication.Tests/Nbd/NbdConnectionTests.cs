using AsrFailback.Replication.IO;
using AsrFailback.Replication.Nbd;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>Beginnings and ends of connections, several at once, and the end of the server.</summary>
public sealed class NbdConnectionTests
{
    [Fact]
    public async Task A_goodbye_is_not_answered_and_ends_the_connection()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();

        client.Request(CmdDisc, 0, 0);

        client.MustBeClosed();
        Assert.Equal(NbdEnd.Disconnected, await bench.NextEndAsync());
    }

    [Theory]
    [InlineData(0, NbdEnd.Disconnected)]
    [InlineData(1, NbdEnd.CutOff)]
    [InlineData(27, NbdEnd.CutOff)]
    [InlineData(28, NbdEnd.CutOff)]
    [InlineData(28 + 99_999, NbdEnd.CutOff)]
    public async Task A_write_that_does_not_arrive_whole_changes_nothing(int sent, NbdEnd end)
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();
        var position = bench.Machine.Position;

        client.Send(NbdMessages.Request(CmdWrite, 1, 0, 100_000, 0, SourceBench.Bytes(100_000, 1))[..sent]);
        client.StopSending();

        client.MustBeClosed();
        Assert.Equal(end, await bench.NextEndAsync());
        Assert.Equal(position, bench.Machine.Position);
        using var next = bench.Begin();
        Assert.Equal(new byte[100_000], next.Read(0, 100_000));
    }

    [Fact]
    public async Task Another_magic_number_ends_the_connection_and_no_other()
    {
        await using var bench = new NbdBench();
        using var client = bench.Begin();
        using var other = bench.Begin();
        var request = NbdMessages.Request(CmdRead, 1, 0, 512);
        request[3] ^= 1;

        client.Send(request);

        client.MustBeClosed();
        Assert.Equal(NbdEnd.WrongMagic, await bench.NextEndAsync());
        other.Write(0, SourceBench.Bytes(512, 1));
    }

    [Fact]
    public async Task Clients_write_side_by_side_and_a_flush_of_one_covers_all()
    {
        const int Each = 128 << 10;
        await using var bench = new NbdBench();
        var clients = Enumerable.Range(0, 16).Select(index => bench.Begin(structured: index % 2 == 0)).ToArray();

        await Task.WhenAll(clients.Select((client, index) => Task.Run(() =>
        {
            var data = SourceBench.Bytes(Each, index);
            for (var offset = 0; offset < Each; offset += 4096)
            {
                client.Write(((long)index * Each) + offset, data[offset..(offset + 4096)]);
            }
        }))).OrFail();
        clients[3].Flush();

        var left = bench.ContentAfterPowerCut(0);
        Assert.All(Enumerable.Range(0, 16), index => Assert.Equal(SourceBench.Bytes(Each, index), left[(index * Each)..((index + 1) * Each)]));
        Assert.All(clients, client => Assert.Equal(left[..4096], client.Read(0, 4096)));
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task One_connection_over_the_limit_is_closed_and_the_next_one_fits_when_another_left()
    {
        await using var bench = new NbdBench();
        var clients = Enumerable.Range(0, 16).Select(_ => bench.Begin()).ToArray();

        using (var oneTooMany = new NbdClient(bench.Place))
        {
            oneTooMany.MustBeClosed();
        }

        Assert.Equal(NbdEnd.TooManyConnections, await bench.NextEndAsync());
        clients[5].Request(CmdDisc, 0, 0);
        Assert.Equal(NbdEnd.Disconnected, await bench.NextEndAsync());
        using var next = bench.Begin();
        next.Write(0, new byte[512]);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task A_stopping_server_finishes_the_request_it_has_begun_and_refuses_the_next()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var holds = false;
        await using var bench = new NbdBench(disk => new ObservedFileSystem(disk, (what, path) =>
        {
            if (holds && what == FileOperation.Flush && path == SourceBench.PathOf(0))
            {
                begun.Release();
                goOn.Wait(Patience.Token);
            }
        }));
        using var client = bench.Begin();
        using var idle = bench.Begin();
        client.Write(0, SourceBench.Bytes(512, 1));
        holds = true;
        var flush = client.Request(CmdFlush, 0, 0);
        var late = client.Request(CmdWrite, 0, 512, payload: new byte[512]);
        await begun.WaitAsync(Patience.Token);

        var stopping = bench.Server.DisposeAsync().AsTask();
        idle.MustBeClosed();
        goOn.Release();

        Outcome[] outcomes = [client.TakeOutcome(0, 0), client.TakeOutcome(0, 0)];
        Assert.Equal([(flush, 0u), (late, EShutdown)], outcomes.Select(outcome => (outcome.Cookie, outcome.Error)));
        client.MustBeClosed();
        await stopping.OrFail();
        Assert.Equal(SourceBench.Bytes(512, 1), bench.ContentAfterPowerCut(0)[..512]);
    }

    [UnixFact]
    public async Task A_client_that_does_not_take_its_reply_does_not_keep_the_server_from_stopping()
    {
        // The buffers of a socket file hold much less than the reply. The clock is over at once: whoever has not ended by
        // then is cut off.
        using var folder = new TempFolder();
        await using var bench = new NbdBench(clock: new InstantClock(), listener: NbdListener.UnixSocket(folder["nbd.sock"]));
        using var client = bench.Begin();
        client.Request(CmdRead, 0, 2 << 20);
        client.Take(16);

        await bench.Server.DisposeAsync().AsTask().OrFail();

        Assert.Equal(NbdEnd.CutOff, await bench.NextEndAsync());
    }
}
