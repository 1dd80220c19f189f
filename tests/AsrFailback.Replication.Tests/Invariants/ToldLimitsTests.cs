using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Nbd;
using AsrFailback.Replication.Source;
using static AsrFailback.Tests.ToldLimits;

namespace AsrFailback.Replication.Tests;

/// <summary>The limits that users read are those of the code. To see it fail: change a limit, or its line in the help.</summary>
public sealed class ToldLimitsTests
{
    public static TheoryData<string, string> Limits => new()
    {
        { "writes that wait", $"{MiB(WriteSplitter.QueueLimit)} of a machine" },
        { "writes that wait", $"{MiB(RegionMap.RegionSize)} regions" },
        { "redo log", $"{MiB(RedoLog.Capacity)} of a machine" },
        { "redo log", $"every {MiB(RetentionJournal.ApplyThreshold)}" },
        { "damaged blocks", $"{RetentionJournal.MaxDamagedBlocks} of a machine" },
        { "machines of a replication group", $"waits {Seconds(WriteSplitter.RestLimit)} for" },
        { "label", $"{LogRecord.MaxLabel} characters" },
        { "a record of a log", $"{MiB(LogRecord.MaxData)} and {ChainedLog.MaxBody - LogRecord.MaxData} bytes" },
        { "`asrnode nbd`", $"{NbdLimits.MaxConnections} connections" },
        { "`asrnode nbd`", $"{MiB(NbdLimits.MaxPayload)} of data" },
        { "`asrnode nbd`", $"{MiB((long)NbdLimits.MaxConnections * NbdLimits.MaxPayload)} of memory" },
        { "`asrnode nbd`", $"{NbdLimits.MaxName} bytes of an export's name" },
        { "`asrnode nbd`", $"{NbdLimits.MaxOptionData >> 10} KiB of an option" },
        { "`asrnode nbd`", $"{Seconds(NbdLimits.DrainTime)} for the last replies" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_told_as_it_is(string subject, string limit) => Assert.Contains(limit, Of(subject), StringComparison.Ordinal);
}
