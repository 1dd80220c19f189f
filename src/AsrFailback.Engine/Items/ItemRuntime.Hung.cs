using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Items;

/// <content>A machine whose disk hangs.</content>
internal sealed partial class ItemRuntime
{
    /// <summary>
    /// Lets go of a machine whose disk hangs, and of what reads from it, without waiting: both end when the disk answers. The
    /// fence must refuse its writes by now; one that hangs at this moment may still reach its own disk, in a region that is marked.
    /// </summary>
    /// <param name="reason">Why a machine that is to run on is not open: it is opened again when somebody looks; null where it runs elsewhere from now on.</param>
    public void LeaveHungMachine(AsrError? reason = null)
    {
        Failure = reason;
        var (machine, session) = (Machine, Session);
        (Machine, Session, Trust) = (null, null, null);
        _ = Task.Run(async () =>
        {
            try
            {
                if (session is not null)
                {
                    await session.DisposeAsync().ConfigureAwait(false);
                }

                machine?.Stop();
                machine?.Dispose();
            }
            catch (Exception late) when (late is AsrException or ObjectDisposedException)
            {
                // Nobody waits for it any more.
            }
        });
    }
}
