using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// What clients write is replicated like every write of the machine. To see it fail: let an export write to its disk
/// past the write splitter.
/// </summary>
public sealed class NbdReplicationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_target_follows_everything_that_clients_write_trim_and_zero(int seed)
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        await using (var bench = new NbdBench(pair.Source, pair.Machine))
        {
            var random = new Random(seed);
            NbdClient[] clients = [bench.Begin("disk0"), bench.Begin("data", structured: true), bench.Begin("disk0", structured: true)];
            for (var count = 0; count < 150; count++)
            {
                Change(clients[random.Next(clients.Length)], random);
            }

            Array.ForEach(clients, client => client.Dispose());
        }

        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
        Assert.True(pair.Machine.HasWritten);
    }

    private static void Change(NbdClient client, Random random)
    {
        var length = random.Next(1, 40_000);
        var offset = random.NextInt64(client.Bytes - length);
        var command = random.Next(4) switch { 0 => CmdTrim, 1 => CmdWriteZeroes, _ => CmdWrite };
        var payload = command == CmdWrite ? SourceBench.Bytes(length, random.Next()) : null;
        var flags = random.Next(10) == 0 ? FlagFua : command == CmdWriteZeroes && random.Next(2) == 0 ? FlagNoHole : (ushort)0;
        Assert.Equal(0u, client.Do(command, offset, length, flags, payload).Error);
    }
}
