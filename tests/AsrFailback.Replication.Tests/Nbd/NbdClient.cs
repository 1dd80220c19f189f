using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AsrFailback.Replication.Tests;

/// <summary>A reply to an option.</summary>
internal sealed record OptionAnswer(uint Option, uint Type, byte[] Data);

/// <summary>A simple reply without its data, or a chunk of a structured one.</summary>
internal sealed record Chunk(ulong Cookie, ushort Flags, ushort Type, byte[] Data)
{
    public bool IsLast => (Flags & 1) != 0;
}

/// <summary>What a request came to, in whichever form it was told.</summary>
internal sealed record Outcome(ulong Cookie, uint Error, byte[] Data);

/// <summary>
/// A small client of the tests: it knows the protocol from its document, sends what it is told to, right or wrong, and
/// takes nothing for granted. Waits at most a minute for an answer.
/// </summary>
internal sealed class NbdClient : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private ulong _cookie = 0x1122334455667788;

    public NbdClient(EndPoint server)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        _socket = new Socket(server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        _socket.Connect(server);
        _stream = new NetworkStream(_socket, ownsSocket: true);
    }

    public bool IsStructured { get; private set; }

    public long Bytes { get; private set; }

    public int TransmissionFlags { get; private set; }

    /// <summary>Connects and begins on an export.</summary>
    public static NbdClient Begin(EndPoint server, string export = "", bool structured = false)
    {
        var client = new NbdClient(server);
        client.Greet();
        if (structured)
        {
            Assert.Equal(NbdNumbers.RepAck, client.Ask(NbdNumbers.OptStructuredReply).Single().Type);
            client.IsStructured = true;
        }

        client.Go(export);
        return client;
    }

    public void Send(params byte[] bytes) => _stream.Write(bytes);

    public byte[] Take(int count)
    {
        var bytes = new byte[count];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Takes the greeting, whose handshake flags it returns, and answers it.</summary>
    public int Greet(uint flags = 3)
    {
        Assert.Equal("NBDMAGICIHAVEOPT", Encoding.ASCII.GetString(Take(16)));
        var offered = U16(Take(2));
        Send(NbdMessages.U32(flags));
        return offered;
    }

    /// <summary>Sends an option and takes all replies to it.</summary>
    public IReadOnlyList<OptionAnswer> Ask(uint option, params byte[] data)
    {
        Send(NbdMessages.Option(option, data));
        var answers = new List<OptionAnswer>();
        do
        {
            answers.Add(TakeAnswer());
            Assert.Equal(option, answers[^1].Option);
        }
        while (answers[^1].Type is NbdNumbers.RepServer or NbdNumbers.RepInfo);
        return answers;
    }

    public OptionAnswer TakeAnswer()
    {
        Assert.Equal(0x3e889045565a9ul, U64(Take(8)));
        var (option, type, length) = (U32(Take(4)), U32(Take(4)), U32(Take(4)));
        return new OptionAnswer(option, type, Take((int)length));
    }

    public void Go(string export)
    {
        var answers = Ask(NbdNumbers.OptGo, NbdMessages.Query(export));
        Assert.Equal(NbdNumbers.RepAck, answers[^1].Type);
        var info = Assert.Single(answers, answer => answer.Type == NbdNumbers.RepInfo && U16(answer.Data) == NbdNumbers.InfoExport);
        Assert.Equal(12, info.Data.Length);
        (Bytes, TransmissionFlags) = ((long)U64(info.Data.AsSpan(2)), U16(info.Data.AsSpan(10)));
    }

    /// <summary>Sends a request under a fresh cookie.</summary>
    public ulong Request(ushort command, long offset, long length, ushort flags = 0, byte[]? payload = null)
    {
        Send(NbdMessages.Request(command, ++_cookie, (ulong)offset, (uint)length, flags, payload));
        return _cookie;
    }

    /// <summary>Sends a request and takes its whole reply, which must be its own.</summary>
    public Outcome Do(ushort command, long offset, long length, ushort flags = 0, byte[]? payload = null)
    {
        var cookie = Request(command, offset, length, flags, payload);
        var outcome = TakeOutcome(command == NbdNumbers.CmdRead ? (int)Math.Min(length, 32 << 20) : 0, offset);
        Assert.Equal(cookie, outcome.Cookie);
        return outcome;
    }

    public void Write(long offset, byte[] data, ushort flags = 0) =>
        Assert.Equal(0u, Do(NbdNumbers.CmdWrite, offset, data.Length, flags, data).Error);

    public byte[] Read(long offset, int length)
    {
        var outcome = Do(NbdNumbers.CmdRead, offset, length);
        Assert.Equal(0u, outcome.Error);
        return outcome.Data;
    }

    public void Flush() => Assert.Equal(0u, Do(NbdNumbers.CmdFlush, 0, 0).Error);

    public Outcome TakeOutcome(int length, long offset) => IsStructured ? Assemble(length, offset) : TakeSimple(length);

    public Chunk TakeChunk()
    {
        Assert.Equal(0x668e33efu, U32(Take(4)));
        var (flags, type, cookie, length) = (U16(Take(2)), U16(Take(2)), U64(Take(8)), U32(Take(4)));
        return new Chunk(cookie, flags, type, Take((int)length));
    }

    /// <summary>Fails unless the server closes the connection without another byte.</summary>
    public void MustBeClosed()
    {
        try
        {
            Assert.Equal(-1, _stream.ReadByte());
        }
        catch (IOException reset) when (reset.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed with bytes of ours that were not read any more.
        }
    }

    /// <summary>Sends nothing more; what the server still says can be taken.</summary>
    public void StopSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();

    private Outcome TakeSimple(int length)
    {
        Assert.Equal(0x67446698u, U32(Take(4)));
        var (error, cookie) = (U32(Take(4)), U64(Take(8)));
        return new Outcome(cookie, error, error == 0 ? Take(length) : []);
    }

    // Puts the chunks of one reply together; every byte has to be told exactly once.
    private Outcome Assemble(int length, long offset)
    {
        var (data, told, error) = (new byte[length], new bool[length], 0u);
        Chunk chunk;
        do
        {
            chunk = TakeChunk();
            var start = chunk.Type is NbdNumbers.ChunkData or NbdNumbers.ChunkHole ? (int)((long)U64(chunk.Data) - offset) : 0;
            switch (chunk.Type)
            {
                case NbdNumbers.ChunkData:
                    chunk.Data.AsSpan(8).CopyTo(data.AsSpan(start));
                    Tell(told, start, chunk.Data.Length - 8);
                    break;
                case NbdNumbers.ChunkHole:
                    Assert.Equal(12, chunk.Data.Length);
                    Tell(told, start, (int)U32(chunk.Data.AsSpan(8)));
                    break;
                case NbdNumbers.ChunkError:
                    error = U32(chunk.Data);
                    Assert.Equal(chunk.Data.Length - 6, U16(chunk.Data.AsSpan(4)));
                    break;
                default:
                    Assert.Equal((NbdNumbers.ChunkNone, 0, true), (chunk.Type, chunk.Data.Length, chunk.IsLast));
                    break;
            }
        }
        while (!chunk.IsLast);
        Assert.True(error != 0 || told.All(one => one), "not every byte was told");
        return new Outcome(chunk.Cookie, error, error == 0 ? data : []);
    }

    private static void Tell(bool[] told, int start, int length)
    {
        Assert.True(length > 0 && !told.AsSpan(start, length).Contains(true), "a chunk of nothing, or bytes told twice");
        told.AsSpan(start, length).Fill(true);
    }

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static ushort U16(byte[] bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static ulong U64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
