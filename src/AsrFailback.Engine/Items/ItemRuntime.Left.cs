using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Items;

/// <content>The sites that its home has moved away from: the machine that was left there must never run again (invariant 5).</content>
internal sealed partial class ItemRuntime
{
    /// <summary>
    /// Switches off what was left, makes it known there that the machine went on, and removes what replication kept. A site that cannot be
    /// reached, or written, keeps it; its machine is switched off once it is seen running.
    /// </summary>
    public void LeaveOldHomes()
    {
        foreach (var left in state.Facts.Left)
        {
            AtOldHome(left, site =>
            {
                if (Find(site, left) is { Power: PowerState.On })
                {
                    site.PowerOff(state.Facts.Item);
                }

                site.Fence(state.Facts.Item, Math.Max(site.EpochOf(state.Facts.Item), HomeMove.FenceOf(state.Facts)));
                ForgetReplication(new ItemPlaces(site, state.Facts.Item, left.MasterTarget, left.RetentionVolume));
            });
        }
    }

    /// <summary>Switches off what was left and runs all the same. Noted before: afterwards nobody sees that it ran.</summary>
    public void KeepLeftOff()
    {
        foreach (var left in Failure is { Id: "VaultOutdated" } ? [] : state.Facts.Left)
        {
            AtOldHome(left, site =>
            {
                var found = Find(site, left);
                if (found is { Power: PowerState.On })
                {
                    Note(left, ran: true);
                    site.PowerOff(state.Facts.Item);
                }
                else if (found is null && left.Ran)
                {
                    Note(left, ran: false); // deleted at last
                }
            });
        }
    }

    // What cannot be done there now is tried again at the next look, and holds nothing up: the machine has another home.
    private void AtOldHome(LeftMachine left, Action<EmbeddedSite> action)
    {
        try
        {
            if (siteOf(left.Fabric) is { IsReachable: true } site)
            {
                action(site);
            }
        }
        catch (AsrException)
        {
            // The site was taken out of the vault, or a file of it cannot be read or written.
        }
    }

    private void Note(LeftMachine which, bool ran) => state.Change(facts => facts with
    {
        Left = [.. facts.Left.Select(left => left == which ? left with { Ran = ran } : left)],
    });

    // Another machine of that name is not the one that was left.
    private Machine? Find(EmbeddedSite site, LeftMachine left) =>
        site.FindMachine(state.Facts.Item) is { } machine && machine.Uuid == left.Machine ? machine : null;

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
