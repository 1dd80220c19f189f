using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Items;

/// <content>The sites that its home has moved away from: the machine that was left there must never run again (invariant 5).</content>
internal sealed partial class ItemRuntime
{
    /// <summary>Whether a machine that was left runs.</summary>
    public bool LeftRuns => state.Facts.Left.Any(left => FindLeft(left) is { Power: PowerState.On });

    /// <summary>
    /// Switches off what was left, makes it known there that the machine went on, and removes what replication kept. A site that cannot be
    /// reached keeps it; its machine is switched off once it is seen running.
    /// </summary>
    public void LeaveOldHomes()
    {
        foreach (var left in state.Facts.Left)
        {
            if (TrySite(left) is { IsReachable: true } site)
            {
                if (FindLeft(left) is { Power: PowerState.On })
                {
                    site.PowerOff(state.Facts.Item);
                }

                site.Fence(state.Facts.Item, Math.Max(site.EpochOf(state.Facts.Item), HomeMove.FenceOf(state.Facts)));
                ForgetReplication(new ItemPlaces(site, state.Facts.Item, left.MasterTarget, left.RetentionVolume));
            }
        }
    }

    // Noted before it is switched off: afterwards nobody sees that it ran.
    private void KeepLeftOff()
    {
        foreach (var left in state.Facts.Left)
        {
            var found = FindLeft(left);
            if (found is { Power: PowerState.On })
            {
                Note(left, ran: true);
                TrySite(left)!.PowerOff(state.Facts.Item);
            }
            else if (found is null && left.Ran && TrySite(left) is { IsReachable: true })
            {
                Note(left, ran: false); // deleted at last
            }
        }
    }

    private void Note(LeftMachine which, bool ran) => state.Change(facts => facts with
    {
        Left = [.. facts.Left.Select(left => left == which ? left with { Ran = ran } : left)],
    });

    // Another machine of that name is not the one that was left.
    private Machine? FindLeft(LeftMachine left)
    {
        try
        {
            return TrySite(left) is { IsReachable: true } site && site.FindMachine(state.Facts.Item) is { } machine && machine.Uuid == left.Machine ? machine : null;
        }
        catch (AsrException)
        {
            return null; // what cannot be read cannot be started either
        }
    }

    // The site may have been taken out of the vault.
    private EmbeddedSite? TrySite(LeftMachine left)
    {
        try
        {
            return siteOf(left.Fabric);
        }
        catch (AsrException)
        {
            return null;
        }
    }

    private void ForgetReplication(ItemPlaces places)
    {
        try
        {
            RetentionJournal.Remove(options.Files, places.Journal(state.Facts.ReplicationEpoch));
            RetentionJournal.ForgetDigests(options.Files, places.Manifests);
            options.Files.Delete(places.ReplicaStamps);
        }
        catch (AsrException)
        {
            // Their master target is not there any more; nothing of it would be believed.
        }

        options.Files.Delete(places.Intents);
        options.Files.Delete(places.Divergence);
        options.Files.Delete(places.MachineStamps);
    }
}
