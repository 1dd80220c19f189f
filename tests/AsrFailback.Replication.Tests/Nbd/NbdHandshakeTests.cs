using System.Text;
using AsrFailback.Replication.Nbd;
using static AsrFailback.Replication.Tests.NbdMessages;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>The fixed newstyle handshake, option by option, as the public protocol document gives it.</summary>
public sealed class NbdHandshakeTests : IDisposable
{
    private const int Flags = 0b1_0110_1101;
    private const int OneChunkFlag = 1 << 7;

    private readonly NbdBench _bench = new();

    public void Dispose() => _bench.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public void The_server_offers_the_fixed_handshake_without_padding()
    {
        using var client = new NbdClient(_bench.Place);

        Assert.Equal(3, client.Greet());
    }

    [Fact]
    public void Every_disk_is_listed_by_its_name()
    {
        using var client = _bench.Greet();

        var answers = client.Ask(OptList);

        Assert.Equal([RepServer, RepServer, RepAck], answers.Select(answer => answer.Type));
        Assert.Equal(
            NbdBench.Names.Select(name => (byte[])[.. U32((uint)name.Length), .. Encoding.UTF8.GetBytes(name)]), answers.Take(2).Select(answer => answer.Data));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("disk0", 0)]
    [InlineData("data", 1)]
    public void A_client_begins_on_the_disk_it_names_and_without_a_name_on_the_first(string name, int disk)
    {
        _bench.Machine.Write(disk, 512, SourceBench.Bytes(512, disk + 1));
        using var client = _bench.Begin(name);

        Assert.Equal((SourceBench.DiskBytes[disk], Flags), (client.Bytes, client.TransmissionFlags));
        Assert.Equal(SourceBench.Bytes(512, disk + 1), client.Read(512, 512));
    }

    [Fact]
    public void Unfragmented_reads_are_offered_together_with_structured_replies_only()
    {
        using var client = _bench.Begin(structured: true);

        Assert.Equal(Flags | OneChunkFlag, client.TransmissionFlags);
    }

    [Fact]
    public void Information_is_given_as_asked_and_the_handshake_goes_on()
    {
        using var client = _bench.Greet();
        byte[] export = [.. U16(InfoExport), .. U64((ulong)SourceBench.DiskBytes[1]), .. U16(Flags)];
        byte[] name = [.. U16(InfoName), .. "data"u8];
        byte[] sizes = [.. U16(InfoBlockSize), .. U32(1), .. U32(64 << 10), .. U32(32 << 20)];

        var asked = client.Ask(OptInfo, Query("data", InfoName, 77, InfoBlockSize));
        var notAsked = client.Ask(OptInfo, Query("data"));
        var begun = client.Ask(OptGo, Query("data", InfoBlockSize, InfoExport));

        Assert.Equal([export, name, sizes, []], asked.Select(answer => answer.Data));
        Assert.Equal([RepInfo, RepInfo, RepInfo, RepAck], asked.Select(answer => answer.Type));
        Assert.Equal([export, []], notAsked.Select(answer => answer.Data));
        Assert.Equal([export, sizes, []], begun.Select(answer => answer.Data));
        Assert.Empty(client.Read(0, 0));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(9u)]
    [InlineData(10u)]
    [InlineData(0xffffffffu)]
    public void An_unknown_option_is_unsupported_whatever_comes_with_it(uint option)
    {
        using var client = _bench.Greet();

        Assert.Equal(RepErrUnsup, client.Ask(option).Single().Type);
        Assert.Equal(RepErrUnsup, client.Ask(option, new byte[64 << 10]).Single().Type);
        client.Go("");
    }

    [Theory]
    [InlineData(OptList)]
    [InlineData(OptStructuredReply)]
    public void An_option_without_data_is_invalid_with_some(uint option)
    {
        using var client = _bench.Greet();

        Assert.Equal(RepErrInvalid, client.Ask(option, 0).Single().Type);
        client.Go("");
        Assert.Equal(Flags, client.TransmissionFlags);
    }

    public static TheoryData<string, byte[], uint> BadQueries => new()
    {
        { "nothing", [], RepErrInvalid },
        { "too short", [0, 0, 0, 0, 0], RepErrInvalid },
        { "a name longer than the data", [.. U32(6), .. "disk0"u8, .. U16(0)], RepErrInvalid },
        { "a name of four gigabytes", [.. U32(uint.MaxValue), .. "disk0"u8, .. U16(0)], RepErrInvalid },
        { "a name of two gigabytes", [.. U32(int.MaxValue), .. "disk0"u8, .. U16(0)], RepErrInvalid },
        { "more kinds than follow", [.. U32(0), .. U16(2), .. U16(0)], RepErrInvalid },
        { "fewer kinds than follow", [.. U32(0), .. U16(0), .. U16(0)], RepErrInvalid },
        { "half a kind", [.. U32(0), .. U16(1), 0], RepErrInvalid },
        { "a name over the limit", Query(new string('n', 4097)), RepErrTooBig },
        { "the longest name", Query(new string('n', 4096)), RepErrUnknown },
        { "another name", Query("disk1"), RepErrUnknown },
        { "another case", Query("DISK0"), RepErrUnknown },
        { "a name that goes on", Query("disk0\0"), RepErrUnknown },
        { "no UTF-8", [.. U32(2), 0xc3, 0x28, .. U16(0)], RepErrUnknown },
    };

    [Theory]
    [MemberData(nameof(BadQueries))]
    public void A_query_that_makes_no_sense_is_refused_and_the_handshake_goes_on(string what, byte[] data, uint error)
    {
        using var client = _bench.Greet();

        Assert.Equal((what, error), (what, client.Ask(OptInfo, data).Single().Type));
        Assert.Equal((what, error), (what, client.Ask(OptGo, data).Single().Type));
        client.Go("disk0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ignored")]
    public async Task An_abort_is_acknowledged_and_ends_the_connection(string data)
    {
        using var client = _bench.Greet();

        Assert.Equal(RepAck, client.Ask(OptAbort, Encoding.UTF8.GetBytes(data)).Single().Type);
        client.MustBeClosed();
        Assert.Equal(NbdEnd.Disconnected, await _bench.NextEndAsync());
    }

    [Theory]
    [InlineData(0u, 134)]
    [InlineData(1u, 134)]
    [InlineData(2u, 10)]
    [InlineData(3u, 10)]
    public void The_oldest_way_to_begin_is_padded_unless_the_client_does_without(uint flags, int answer)
    {
        using var client = new NbdClient(_bench.Place);
        client.Greet(flags);

        client.Send(Option(OptExportName, [.. "data"u8]));

        byte[] expected = [.. U64((ulong)SourceBench.DiskBytes[1]), .. U16(Flags), .. new byte[answer - 10]];
        Assert.Equal(expected, client.Take(answer));
        Assert.Empty(client.Read(0, 0));
    }

    [Fact]
    public async Task The_oldest_way_to_begin_on_an_unknown_disk_ends_the_connection()
    {
        using var client = _bench.Greet();

        client.Send(Option(OptExportName, [.. "disk1"u8]));

        client.MustBeClosed();
        Assert.Equal(NbdEnd.UnknownExport, await _bench.NextEndAsync());
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(0x80000003u)]
    public async Task A_client_that_wants_what_was_not_offered_is_left(uint flags)
    {
        using var client = new NbdClient(_bench.Place);
        client.Greet(flags);

        client.MustBeClosed();
        Assert.Equal(NbdEnd.UnknownClientFlags, await _bench.NextEndAsync());
    }

    [Theory]
    [InlineData((64u << 10) + 1)]
    [InlineData(uint.MaxValue)]
    public async Task An_option_over_the_limit_is_too_big_before_its_data_came(uint length)
    {
        using var client = _bench.Greet();

        client.Send([.. "IHAVEOPT"u8, .. U32(OptInfo), .. U32(length)]);

        var answer = client.TakeAnswer();
        Assert.Equal((OptInfo, RepErrTooBig), (answer.Option, answer.Type));
        client.MustBeClosed();
        Assert.Equal(NbdEnd.OptionTooLong, await _bench.NextEndAsync());
    }

    [Fact]
    public async Task Another_magic_number_ends_the_connection()
    {
        using var client = _bench.Greet();

        client.Send([.. "IHAVEOPS"u8, .. new byte[8]]);

        client.MustBeClosed();
        Assert.Equal(NbdEnd.WrongMagic, await _bench.NextEndAsync());
    }

    [Theory]
    [InlineData(0, NbdEnd.Disconnected)]
    [InlineData(1, NbdEnd.CutOff)]
    [InlineData(15, NbdEnd.CutOff)]
    [InlineData(16, NbdEnd.CutOff)]
    [InlineData(20, NbdEnd.CutOff)]
    public async Task A_client_that_leaves_in_the_middle_of_an_option_is_forgotten(int sent, NbdEnd end)
    {
        using var client = _bench.Greet();

        client.Send(Option(OptGo, Query("disk0"))[..sent]);
        client.StopSending();

        client.MustBeClosed();
        Assert.Equal(end, await _bench.NextEndAsync());
    }
}
