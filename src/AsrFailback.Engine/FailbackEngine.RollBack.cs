using System.Globalization;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine;

/// <content>Failovers that are taken back by themselves, because nobody committed them in time (FO-07). Nothing is ever committed by itself.</content>
public sealed partial class FailbackEngine
{
    // One job for each failover: its name is fixed, so that one that failed is started again, and no other one besides it.
    private void EndOverdueFailovers()
    {
        foreach (var item in _items.Values.Where(item => item.State.Facts is { Phase: Phase.CommitPending, RollBack: not null }))
        {
            try
            {
                item.NoteRollBack();
                if (item.State.Facts is { RollBack: { Failover: var failover } rollBack, Item: var name } && rollBack.Left <= TimeSpan.Zero && Jobs.BusyWith(name, asJob: null) is null)
                {
                    SubmitAsync(new CancelFailover(name) { Overdue = true }, string.Create(CultureInfo.InvariantCulture, $"{name}.roll-back.{failover}"));
                }
            }
            catch (Exception refused) when (refused is AsrException or OperationCanceledException)
            {
                // What is refused now is tried again at the next look; Operations of the item tell why.
            }
        }
    }
}
