using AsrFailback.Core.Protection;
using AsrFailback.Core.Tests;
using AsrFailback.Engine.Items;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Tests;

/// <summary>What must hold after every step of a walk.</summary>
internal sealed partial class EngineWalk
{
    private async Task CheckAsync()
    {
        AssertSides();
        if (IsProtected)
        {
            AssertFences();
            await AssertWordsAsync();
            AssertPoints();
        }
        else
        {
            Assert.DoesNotContain(await world.Engine.GetProtectedItemsAsync().ToListAsync(), item => item.Name == DrWorld.Item);
            _running = null;
        }

        world.AssertImages(Active, world.Model);
        if (_rehearsal is not null)
        {
            Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).DifferencesFrom(_rehearsal));
        }
    }

    // Invariant 5: the machine is on where it runs, and off or not there on the other side.
    private void AssertSides()
    {
        if (IsProtected)
        {
            var facts = world.Facts;
            Assert.Equal(
                (_item.Stage, _item.Away, _item.Homeward, _item.Rehearsed, _item.Migrated, _item.Torn, false),
                (StageOf(facts.Phase), facts.ActiveSide == Side.Recovery, facts.SourceSide == Side.Recovery, facts.TestFailover is not null, facts.MigrationCompleted, facts.HomeInconsistent, facts.Switching || facts.ShutDown));
            Assert.Equal(PowerState.On, world.Power(Active));
            Assert.Equal(_item.Torn, world.Inventory(DrWorld.Home).Machines.Any(machine => machine.Name == DrWorld.Item && machine.Inconsistent)); // FB-06
        }

        Assert.DoesNotContain(world.Inventory(Passive).Machines, machine => machine.Name == DrWorld.Item && machine.Power == PowerState.On);
        if (_item is { Stage: Stage.Settled, Homeward: true, Away: false } && sites.Way != Way.Mirrored)
        {
            Assert.DoesNotContain(world.Inventory(DrWorld.Azure).Machines, machine => machine.Name == DrWorld.Item); // FB-04
        }
    }

    private static Stage StageOf(Phase phase) => phase switch
    {
        Phase.Unprotected => Stage.Bare,
        Phase.Protected => Stage.Replicating,
        Phase.CommitPending => Stage.Tentative,
        _ => Stage.Settled,
    };

    // The machine writes through one device only, under one epoch: no other writes a byte on either side.
    private void AssertFences()
    {
        var (state, device) = (world.Engine.RuntimeOf(DrWorld.Item).State, world.Engine.OpenMachine(DrWorld.Item));
        if (_running is not null && !ReferenceEquals(_running, device))
        {
            _left.Add(_running);
        }

        _running = device;
        state.Fence(state.Facts.ActiveSide, state.Facts.Epoch).RequireWritable();
        AssertFenced(state, state.Facts.ActiveSide.Other(), state.Facts.Epoch);
        _before.ForEach(left => AssertFenced(state, left.Side, left.Epoch));
        var passive = _left.Count > 0 && HasStillImages ? world.Images(Passive) : null;
        _left.ForEach(AssertClosed);
        if (passive is not null)
        {
            world.AssertImages(Passive, passive);
        }
    }

    // Whether there are images on the passive side, and nothing replicates to them.
    private bool HasStillImages => _item.Stage != Stage.Replicating && world.Inventory(Passive).Machines.Any(machine => machine.Name == DrWorld.Item);

    private static void AssertFenced(ItemState state, Side side, long epoch) =>
        Assert.Equal("WriteRefused", Assert.Throws<AsrException>(state.Fence(side, epoch).RequireWritable).Error.Id);

    private void AssertClosed(WriteSplitter left)
    {
        var data = new byte[512];
        random.NextBytes(data);
        var refusal = Assert.Throws<AsrException>(() => left.Write(0, 512 * random.Next(64), data));
        Assert.Contains(refusal.Error.Id, new[] { "WriteRefused", "MachineClosed" });
    }

    // What the item tells, in the service's words and by every operation.
    private async Task AssertWordsAsync()
    {
        var item = await world.ItemAsync();
        Assert.Equal(ReferenceWords.Of(_item, Outside), ProductWords.Of(item));
        foreach (var command in Steps.Commands.Where(command => command is not (Step.Enable or Step.PlannedFailover or Step.FailoverFromHome or Step.FailoverToHome)))
        {
            var shown = Assert.Single(item.Operations, status => status.Operation == $"{command.Operation()}");
            Assert.Equal(ReferenceRules.Shown(_item, Outside, command), shown.Reasons.Select(reason => reason.Id).Order(StringComparer.Ordinal));
        }
    }

    // Every point that is listed while replication runs, or while the failover may still go to it, is one that was made, and one of them, drawn by lot, has its bytes.
    private void AssertPoints()
    {
        if (_item.Stage is not (Stage.Replicating or Stage.Tentative))
        {
            return;
        }

        foreach (var gone in _points.Keys.Except(Listed().Select(point => point.Id)).ToArray())
        {
            _points.Remove(gone); // by the policy
        }

        Assert.NotEmpty(_points);
        var (id, bytes) = _points.ElementAt(random.Next(_points.Count));
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, id)).DifferencesFrom(bytes));
    }
}
