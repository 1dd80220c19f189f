using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A point that was listed stays listed, with every byte up to its mark on every disk. To see it fail, remove
/// <c>files.FlushFolder</c> or the flush of the temporary file from <c>AtomicFile.Replace</c>, or list a point in
/// <c>RetentionJournal.BeginInterval</c> before <c>HistorySegment.Create</c> has returned.
/// </summary>
public sealed class Invariant2_A_listed_point_is_whole(ITestOutputHelper output)
{
    [Fact]
    public void Every_listed_point_stays_listed_through_any_power_cut()
    {
        var broken = CrashCampaign.Run(new CrashPlan { Lives = 2 }, 1_200, output, firstSeed: 200_000);

        Assert.DoesNotContain(broken, outcome => outcome.Violations.Any(one => one.Promise == Promise.ListedPointIsWhole));
    }

    [Fact]
    public void A_lost_flush_of_the_history_folder_is_found() => Assert.Contains(
        Promise.ListedPointIsWhole,
        BrokenOnPurpose.FindingsWhenLost(FileOperation.FlushFolder, path => path.EndsWith("history", StringComparison.Ordinal), output));

    [Fact]
    public void A_lost_flush_of_a_new_point_is_found() => Assert.Contains(
        Promise.ListedPointIsWhole,
        BrokenOnPurpose.FindingsWhenLost(FileOperation.Flush, path => path.EndsWith(".seg.tmp", StringComparison.Ordinal), output));
}
