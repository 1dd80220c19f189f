using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// What the target acknowledged is on its disk. To see it fail, remove <c>_file.Flush()</c> from <c>RedoLog.Append</c>, or
/// the call of <c>FlushReplica</c> from <c>RetentionJournal.Apply</c>; the tests below do the same from under the journal.
/// </summary>
public sealed class Invariant1_Durable_before_acknowledged(ITestOutputHelper output)
{
    [Fact]
    public void Everything_acknowledged_is_in_the_replica_after_any_power_cut()
    {
        var broken = CrashCampaign.Run(new CrashPlan { Lives = 2 }, 1_200, output, firstSeed: 100_000);

        Assert.DoesNotContain(broken, outcome => outcome.Violations.Any(one => one.Promise == Promise.DurableBeforeAcknowledged));
    }

    [Fact]
    public void A_lost_flush_of_the_redo_log_is_found() =>
        Assert.Contains(Promise.DurableBeforeAcknowledged, BrokenOnPurpose.FindingsWhenLost(FileOperation.Flush, IsRedo, output));

    [Fact]
    public void A_lost_flush_of_the_replica_before_the_redo_log_is_emptied_is_found() =>
        Assert.Contains(Promise.DurableBeforeAcknowledged, BrokenOnPurpose.FindingsWhenLost(FileOperation.Flush, IsReplica, output));

    [Fact]
    public void A_lost_flush_of_the_digests_is_found() =>
        Assert.Contains(Promise.SelfKnowledge, BrokenOnPurpose.FindingsWhenLost(FileOperation.Flush, IsManifest, output));

    private static bool IsRedo(string path) => path.EndsWith("redo.log", StringComparison.Ordinal);

    private static bool IsReplica(string path) => path.EndsWith(".img", StringComparison.Ordinal);

    private static bool IsManifest(string path) => path.EndsWith(".digests", StringComparison.Ordinal);
}
