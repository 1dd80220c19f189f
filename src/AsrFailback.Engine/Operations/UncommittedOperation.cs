using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// A change of a failover that is not committed (FO-07). The machine is stopped under a new epoch before a block is touched,
/// so that nobody who opened it earlier writes any more (invariant 5).
/// </summary>
internal abstract class UncommittedOperation(ItemCommand command, ProtectionOperation cell, FailbackEngine engine) : ItemOperation(command, cell, engine)
{
    /// <summary>Stops the machine where it runs, and closes everything of it.</summary>
    protected Task StopMachine(TaskContext context)
    {
        var decision = context.DecideOnce(() => new Decision(Facts.Epoch + 1));
        Runtime.State.Change(facts => facts with { Switching = true, Epoch = decision.Epoch });
        Runtime.At(Facts.ActiveSide).Site.PowerOff(Facts.Item);
        try
        {
            Runtime.CloseMachine();
        }
        catch (AsrException)
        {
            // What it wrote is given up: whether its last writes reached its disks does not matter.
        }
        finally
        {
            Runtime.AbandonMachine();
        }

        return Task.CompletedTask;
    }

    /// <summary>What was decided before the machine was stopped.</summary>
    /// <param name="Epoch">The epoch of the machine when it runs again.</param>
    private sealed record Decision(long Epoch);
}
