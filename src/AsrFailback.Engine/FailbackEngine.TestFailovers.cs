using System.Globalization;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Operations;

namespace AsrFailback.Engine;

/// <content>Test failovers that were left behind, and those that have outlived their limit.</content>
public sealed partial class FailbackEngine
{
    // One job for each test failover: its name is fixed, so that one that failed is started again, and no other one besides it.
    private void EndOutlivedTestFailover(ItemRuntime item)
    {
        var facts = item.State.Facts;
        if (facts is not { TestFailover.StartedUtc: { } began, Policy.TestFailoverLimit: { } limit } || Options.Clock.GetUtcNow() - began < limit)
        {
            return;
        }

        try
        {
            if (Jobs.BusyWith(facts.Item, asJob: null) is null && item.At(facts.TestSide).Site.IsReachable)
            {
                SubmitAsync(new CleanUpTestFailover(facts.Item) { Outlived = limit, SkipDigest = true }, string.Create(CultureInfo.InvariantCulture, $"{facts.Item}.test-failover-limit.{began.UtcTicks}"));
            }
        }
        catch (AsrException)
        {
            // What is refused now is tried again at the next look; its health tells why.
        }
    }

    /// <summary>Looks whether a test machine of an item was left behind; what cannot be looked at now is as it was seen last.</summary>
    /// <param name="item">The item.</param>
    /// <param name="exceptJob">The job that asks: every other one on the item may be making the machine at this moment.</param>
    internal void LookForTestMachine(ItemRuntime item, string? exceptJob)
    {
        try
        {
            var machine = TestFailoverOperation.MachineName(item.State.Facts.Item);
            var sites = item.State.Facts.TestSides.Select(side => item.At(side).Site).ToArray();
            var isThere = sites.Any(site => site.IsReachable && site.HasTestMachine(machine)) || (item.LeftTestMachine is not null && sites.Any(site => !site.IsReachable));
            var known = item.State.Facts.TestFailover is not null || Jobs.BusyWith(item.State.Facts.Item, exceptJob) is not null;
            item.LeftTestMachine = isThere && !known ? machine : null;
        }
        catch (AsrException)
        {
            // A machine whose file cannot be read is an error of its own.
        }
    }
}
