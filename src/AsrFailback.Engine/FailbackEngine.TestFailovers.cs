using AsrFailback.Engine.Items;
using AsrFailback.Engine.Operations;

namespace AsrFailback.Engine;

/// <content>Test failovers that were left behind.</content>
public sealed partial class FailbackEngine
{
    /// <summary>Looks whether a test machine of an item was left behind; what cannot be looked at now is as it was seen last.</summary>
    /// <param name="item">The item.</param>
    /// <param name="exceptJob">The job that asks: every other one on the item may be making the machine at this moment.</param>
    internal void LookForTestMachine(ItemRuntime item, string? exceptJob)
    {
        try
        {
            var machine = TestFailoverOperation.MachineName(item.State.Facts.Item);
            var isThere = item.At(Core.Protection.Side.Recovery).Site is { IsReachable: true } site ? site.HasTestMachine(machine) : item.LeftTestMachine is not null;
            var known = item.State.Facts.TestFailover is not null || Jobs.BusyWith(item.State.Facts.Item, exceptJob) is not null;
            item.LeftTestMachine = isThere && !known ? machine : null;
        }
        catch (AsrException)
        {
            // A machine whose file cannot be read is an error of its own.
        }
    }
}
