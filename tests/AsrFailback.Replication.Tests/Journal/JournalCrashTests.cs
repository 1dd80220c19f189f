using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>The retention journal over a disk that loses, tears and reorders what was not flushed.</summary>
public sealed class JournalCrashTests(ITestOutputHelper output)
{
    [Fact]
    public void A_journal_keeps_every_promise_through_three_power_cuts_in_a_row()
    {
        var broken = CrashCampaign.Run(new CrashPlan(), CrashCampaign.StatesWanted, output);

        Assert.True(broken.Count == 0, CrashCampaign.Describe(broken));
    }
}
