using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A point is exactly the source's bytes at its mark. To see it fail, remove <c>_file.Flush()</c> from
/// <c>HistorySegment.Commit</c>, or swap <c>SaveBeforeImages</c> and <c>Overwrite</c> in <c>RetentionJournal.EndInterval</c>.
/// </summary>
public sealed class Invariant3_Point_exact(ITestOutputHelper output)
{
    [Fact]
    [Requirement("FO-10")]
    public void Every_listed_point_has_exactly_the_bytes_of_its_mark_after_any_power_cut()
    {
        var broken = CrashCampaign.Run(new CrashPlan { Lives = 2 }, 1_200, output, firstSeed: 300_000);

        Assert.DoesNotContain(broken, outcome => outcome.Violations.Any(one => one.Promise == Promise.PointExact));
    }

    [Fact]
    public void A_lost_flush_of_before_images_is_found()
    {
        var found = BrokenOnPurpose.FindingsWhenLost(FileOperation.Flush, path => path.EndsWith(".seg", StringComparison.Ordinal), output);

        Assert.Contains(Promise.PointExact, found);
    }
}
