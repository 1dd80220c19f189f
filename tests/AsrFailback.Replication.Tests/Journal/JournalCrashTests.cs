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

    [Fact]
    public void A_journal_keeps_every_promise_when_a_killed_process_is_followed_by_a_power_cut()
    {
        // What the next process reads may be in the page cache only: it must not be believed before it is flushed.
        var plan = new CrashPlan { Lives = 4, Kills = 0.5 };
        var broken = CrashCampaign.Run(plan, CrashCampaign.StatesWanted / 5, output, firstSeed: 400_000);

        Assert.True(broken.Count == 0, CrashCampaign.Describe(broken));
    }

    [Fact]
    [Requirement("FO-06")]
    public void An_encrypted_journal_keeps_every_promise_as_well()
    {
        var plan = new CrashPlan { Encrypted = true, Kills = 0.3 };
        var broken = CrashCampaign.Run(plan, CrashCampaign.StatesWanted / 10, output, firstSeed: 600_000);

        Assert.True(broken.Count == 0, CrashCampaign.Describe(broken));
    }
}
