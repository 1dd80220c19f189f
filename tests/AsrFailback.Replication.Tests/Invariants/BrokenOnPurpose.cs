using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Breaks one step of the journal's order from below and says which promises the crash campaign then finds broken.</summary>
internal static class BrokenOnPurpose
{
    private const int States = 1_500;

    public static IReadOnlySet<Promise> FindingsWhenLost(FileOperation operation, Func<string, bool> where, ITestOutputHelper output)
    {
        var plan = new CrashPlan { Lives = 2, Variants = 3, Lost = (what, path) => what == operation && where(path) };
        var broken = CrashCampaign.Run(plan, States, output);
        var found = broken.SelectMany(outcome => outcome.Violations).Select(one => one.Promise).ToHashSet();
        output.WriteLine($"found: {string.Join(", ", found)}");
        return found;
    }
}
