using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Records come from another machine: what a journal refuses leaves no trace in it.</summary>
public sealed class HostileRecordTests
{
    private static readonly Dictionary<string, LogRecord> Impossible = new()
    {
        ["a disk that is not there"] = Write with { Disk = 2 },
        ["a negative disk"] = Write with { Disk = -1 },
        ["a disk whose number wraps"] = Write with { Disk = 65_536 },
        ["before the disk"] = Write with { Offset = -512 },
        ["behind the disk"] = Write with { Offset = JournalFiles.DiskBytes[0] },
        ["across the end"] = Write with { Offset = JournalFiles.DiskBytes[0] - 256 },
        ["an offset that wraps"] = Write with { Offset = long.MaxValue - 100 },
        ["no data"] = Write with { Data = default },
        ["a mark without a point"] = new LogRecord { Kind = LogRecordKind.Mark, Position = new(1, 50) },
        ["a label beyond every limit"] = Mark(new string('x', 400)),
        ["a kind nobody knows"] = Write with { Kind = (LogRecordKind)99 },
    };

    public static TheoryData<string> Refused => [.. Impossible.Keys];

    private static LogRecord Write => new()
    {
        Kind = LogRecordKind.Write, Position = new(1, 50), Disk = 0, Offset = 0, Data = new byte[512],
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_batch_with_an_impossible_record_is_refused_as_a_whole(string what)
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(0, 0, 4096));
        var good = bench.Records.Write(0, 8192, 4096);

        var refused = Record.Exception(() => bench.Journal.Receive(good, Impossible[what]));

        Assert.True(refused is AsrException, $"{what}: {refused?.GetType().Name ?? "taken"}");
        Assert.Equal(bench.Model.Acknowledged, bench.Journal.Acknowledged);
        Assert.Empty(bench.ReplicaDifferences());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void After_a_refused_batch_the_journal_goes_on_and_opens_again(string what)
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(0, 0, 4096));
        Record.Exception(() => bench.Journal.Receive(bench.Records.Write(0, 8192, 4096), Impossible[what]));
        var next = bench.Records.Write(1, 0, 4096) with { Position = new(1, 60) };
        bench.Receive(next);
        bench.Reopen();

        Assert.True(bench.ReplicaDifferences().Count == 0, $"{what}: {string.Join(", ", bench.ReplicaDifferences())}");
        Assert.Equal(next.Position, bench.Journal.Acknowledged);
    }

    [Fact]
    public void A_record_larger_than_a_mebibyte_is_refused_and_leaves_no_trace()
    {
        using var bench = new JournalBench([3 << 20]);
        bench.Receive(bench.Records.Write(0, 0, 4096));
        var refused = Record.Exception(() => bench.Journal.Receive(bench.Records.Write(0, 8192, 4096), bench.Records.Write(0, 0, 2 << 20)));
        bench.Receive(bench.Records.Write(0, 65_536, 4096));
        bench.Reopen();

        Assert.IsType<AsrException>(refused);
        Assert.Empty(bench.ReplicaDifferences());
    }

    private static LogRecord Mark(string label) => new()
    {
        Kind = LogRecordKind.Mark,
        Position = new(1, 50),
        Point = new RecoveryPoint(Guid.Empty, new(1, 50), DateTimeOffset.UnixEpoch, PointConsistency.CrashConsistent, label),
    };
}
