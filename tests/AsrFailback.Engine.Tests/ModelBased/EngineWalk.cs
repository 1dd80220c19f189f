using AsrFailback.Core.Protection;
using AsrFailback.Core.Tests;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// The engine and real disks beside the reference model and a model of the content: what every command does to either, and what must
/// hold after it (<see cref="CheckAsync"/>). Not thread-safe.
/// </summary>
internal sealed partial class EngineWalk(DrWorld world, Outside sites, Random random)
{
    public static readonly ReplicationPolicy Policy = new(TimeSpan.FromHours(1), 5, long.MaxValue) { RpoThreshold = TimeSpan.FromMinutes(5) };

    private readonly Dictionary<Guid, MachineModel> _points = [];
    private readonly List<WriteSplitter> _left = [];
    private readonly List<(Side Side, long Epoch)> _before = [];
    private WriteSplitter? _running;
    private MachineModel? _rehearsal;
    private MachineModel? _source; // what the old side holds since the failover
    private ReferenceItem _item = ReferenceItem.Fresh;
    private bool _staysAway; // not protected any more, and it runs in Azure

    /// <summary>What was carried out, in which stage, with the replication leading home or away.</summary>
    public HashSet<(Way Way, Stage Stage, bool Homeward, ProtectionOperation Operation)> CarriedOut { get; } = [];

    public int Refused { get; private set; }

    /// <summary>Failovers that were carried out.</summary>
    public int Moves { get; private set; }

    private Outside Outside => sites with { HasPoint = _item.Stage == Stage.Replicating, Link = _item.Stage == Stage.Replicating ? ReplicationMode.InOrder : ReplicationMode.Stopped };

    private bool IsProtected => _item.Stage != Stage.Bare;

    private static string FabricOf(bool away) => away ? DrWorld.Azure : DrWorld.Home;

    private string Active => FabricOf(_item.Away || _staysAway);

    private string Passive => FabricOf(!(_item.Away || _staysAway));

    /// <summary>One step, with writes of the machine before it; then everything is looked at.</summary>
    public async Task StepAsync(Step step)
    {
        if (IsProtected)
        {
            world.Write(random.Next(3) == 0 ? random.Next(8) : random.Next(2)); // often so few that most regions of the disks stay as they are
        }

        await (step switch
        {
            Step.VaultIsReplaced => ReopenAsync(),
            Step.LinkBreaks => LinkBreaksAsync(),
            Step.ReplicationStops => SourceDiesAsync(),
            Step.ReplicaIsLost => ReplicaIsLostAsync(),
            Step.DataIsSentHome => DataIsSentHomeAsync(),
            _ => GiveAsync(step, shutDown: random.Next(3) > 0),
        });
        await CheckAsync();
    }

    /// <summary>A command as the step says it, with a point of the machine where one may be chosen; with the bytes it leads to.</summary>
    private (ItemCommand Command, MachineModel Bytes) Choose(Step step, bool shutDown)
    {
        var point = _item.Stage is Stage.Replicating or Stage.Tentative && random.Next(2) == 0 ? _points.Keys.ElementAt(random.Next(_points.Count)) : (Guid?)null;
        return step switch
        {
            Step.Enable => (DrWorld.Enable(Policy), world.Model),
            Step.CreatePoint => (new CreateRecoveryPoint(DrWorld.Item, "walk"), world.Model),
            Step.CleanUp => (new CleanUpTestFailover(DrWorld.Item), world.Model),
            Step.Commit => (new CommitFailover(DrWorld.Item), world.Model),
            Step.SwitchPoint => (new SwitchRecoveryPoint(DrWorld.Item, point), _points.GetValueOrDefault(point ?? NewestPoint() ?? default)!),
            Step.CancelFailover => (new CancelFailover(DrWorld.Item), _source!),
            Step.Disable => (new DisableProtection(DrWorld.Item), world.Model),
            Step.CompleteMigration => (new CompleteMigration(DrWorld.Item), world.Model),
            Step.Repair => (new RepairReplication(DrWorld.Item), world.Model),
            Step.Update => (new UpdateProtection(DrWorld.Item, Policy with { PointInterval = TimeSpan.FromHours(random.Next(1, 12)) }), world.Model),
            _ => step.Command(DrWorld.Item) switch
            {
                StartFailover { Type: FailoverType.Planned } command => (command with
                {
                    PointId = point, AllowOlderPoint = true, CompletesItself = true, DataSync = DrawDataSync(),
                }, point is { } id ? _points[id].Copy() : world.Model),
                StartFailover command => (command with { PointId = point, ShutDownSource = shutDown }, point is { } id ? _points[id].Copy() : world.Model),
                StartTestFailover command => (command with { PointId = point }, _points.GetValueOrDefault(point ?? NewestPoint() ?? default)!),
                var command => (command!, world.Model),
            },
        };
    }

    private static readonly DataSync?[] DataSyncs = [null, DataSync.BeforeFailover, DataSync.DuringFailover];

    private DataSync? DrawDataSync() => sites.Way == Way.Fetched && _item is { Away: true } and ({ Stage: Stage.Settled } or { Torn: true })
        ? DataSyncs[random.Next(DataSyncs.Length)]
        : null;

    private async Task GiveAsync(Step step, bool shutDown)
    {
        if (!shutDown)
        {
            await FollowsAsync(); // a machine that is not shut down may lose what was not sent
        }

        await GiveAsync(Choose(step, shutDown), step);
    }

    /// <summary>Gives a command, which must end as the reference says: refused with every reason and nothing changed, or carried out.</summary>
    private async Task GiveAsync((ItemCommand Command, MachineModel Bytes) chosen, Step step, MachineModel? received = null)
    {
        var operation = step.Operation()!.Value;
        var expected = Expected(step);
        if (expected.Count > 0)
        {
            Refused++;
            var (facts, documents) = (world.Engine.TryRuntimeOf(DrWorld.Item)?.State.Facts, world.Documents().Count);
            var found = await world.RefusedAsync(chosen.Command);
            Assert.Equal(expected, found.Where(reason => Known.Contains(reason) || expected.Contains(reason)).Order(StringComparer.Ordinal));
            Assert.Equal((facts, documents), (world.Engine.TryRuntimeOf(DrWorld.Item)?.State.Facts, world.Documents().Count));
            return;
        }

        var before = world.Engine.TryRuntimeOf(DrWorld.Item)?.State.Facts;
        await world.RunAsync(chosen.Command);
        CarriedOut.Add((sites.Way, _item.Stage, _item.Homeward, operation));
        if (operation is ProtectionOperation.Failover or ProtectionOperation.SwitchPoint or ProtectionOperation.CancelFailover)
        {
            Moves++;
            Assert.True(world.Facts.Epoch > before!.Epoch, $"The epoch went from {before.Epoch} to {world.Facts.Epoch}.");
            _before.Add((before.ActiveSide, before.Epoch));
        }

        _staysAway = operation == ProtectionOperation.Disable && _item.Away;
        _item = _item.After(operation, sites.Way, step == Step.PlannedFailover);
        if (operation == ProtectionOperation.Failover)
        {
            _source = world.Model.Copy();
            _points[NewestPoint()!.Value] = (received ?? world.Model).Copy(); // the latest, whatever the failover went to
        }

        world.Model = operation is ProtectionOperation.Failover or ProtectionOperation.SwitchPoint or ProtectionOperation.CancelFailover ? chosen.Bytes.Copy() : world.Model;
        _rehearsal = operation switch { ProtectionOperation.TestFailover => chosen.Bytes, ProtectionOperation.CleanUpTestFailover => null, _ => _rehearsal };
        Remember(operation);
        if (operation == ProtectionOperation.Commit && _item.Stage == Stage.Replicating)
        {
            Remember(ProtectionOperation.Reprotect); // FO-08
        }

        if (operation == ProtectionOperation.CancelFailover)
        {
            await FollowsAsync();
        }
    }

    // Reasons that the reference knows; others are a matter of the sites.
    private static readonly string[] Known =
    [
        "ChangeUnfinished", "ComesHomeByFailover", "DirectionMismatch", "FailoverUnfinished", "ItemBusy", "MachineAtHome", "MigrationCompleted", "NoRecoveryPoint", "NoTestFailover",
        "PointsLost", "ProtectionDisabled", "ReplicaWhole", "ReplicationNotInOrder", "TestFailoverExists", "UnsupportedDirection", "VaultOutdated", "WrongPhase",
    ];

    // In the engine an item that is not protected is not there, and one that is there is not protected again.
    private IReadOnlyList<string> Expected(Step step) => (IsProtected, step) switch
    {
        (true, Step.Enable) => ["ItemExists"],
        (false, Step.Enable) => _staysAway ? ["RecoveryMachineRuns"] : [],
        (false, _) => ["ItemNotFound"],
        _ => ReferenceRules.Refusals(_item, Outside, step),
    };

    // A point that a command made holds what the machine had acknowledged by then.
    private void Remember(ProtectionOperation done)
    {
        if (done == ProtectionOperation.Disable)
        {
            _before.Clear();
        }

        if (done is ProtectionOperation.Enable or ProtectionOperation.Reprotect or ProtectionOperation.Disable or ProtectionOperation.Commit)
        {
            _points.Clear();
        }

        if (done is ProtectionOperation.Enable or ProtectionOperation.Reprotect or ProtectionOperation.CreatePoint)
        {
            _points[NewestPoint()!.Value] = world.Model.Copy();
        }
    }

    private Guid? NewestPoint() => IsProtected && Listed() is [.., var newest] ? newest.Id : null;

    private ReplicationMode Mode => world.Engine.SurroundingsOf(world.Engine.RuntimeOf(DrWorld.Item), asJob: null).Mode;

    private IReadOnlyList<RecoveryPoint> Listed() => world.Engine.RuntimeOf(DrWorld.Item).Points ?? [];

    private async Task ReopenAsync()
    {
        await world.ReopenAsync();
        await FollowsAsync();
    }

    // What needs replication in order is refused while the link is down, and nothing is lost by it.
    private async Task LinkBreaksAsync()
    {
        if (_item.Stage != Stage.Replicating)
        {
            return;
        }

        world.Engine.SetSiteCondition(Passive, reachable: true, connected: false);
        world.Write(random.Next(1, 5));
        await Waiting.UntilAsync(() => Mode != ReplicationMode.InOrder);
        Assert.Contains("ReplicationNotInOrder", await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, "")));
        if (random.Next(3) == 0)
        {
            await world.ReopenAsync();
        }

        world.Engine.SetSiteCondition(Passive, reachable: true, connected: true);
        await FollowsAsync();
    }

    // The link is cut, the machine writes on, its site dies; a failover without it; the site returns.
    private async Task SourceDiesAsync()
    {
        if (_item.Stage != Stage.Replicating)
        {
            return;
        }

        var (source, target) = (Active, Passive);
        await world.DrainAsync();
        var (chosen, received) = (Choose(Step.Failover, shutDown: false), world.Model.Copy());
        world.Engine.SetSiteCondition(target, reachable: true, connected: false);
        world.Write(random.Next(5));
        world.Engine.SetSiteCondition(source, reachable: false, connected: false);
        world.Engine.SetSiteCondition(target, reachable: true, connected: true);
        await GiveAsync((chosen.Command, ((StartFailover)chosen.Command).PointId is null ? received : chosen.Bytes), Step.Failover, received);
        world.Engine.SetSiteCondition(source, reachable: true, connected: true);
        await FollowsAsync();
    }

    // The machine at home and its disks are deleted while they are replicated to; the replica is made anew (RP-03).
    private async Task ReplicaIsLostAsync()
    {
        if (_item is not { Stage: Stage.Replicating, Homeward: true, Rehearsed: false })
        {
            return;
        }

        await world.CloseAsync();
        Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), sites.Way == Way.Turned ? "datastores/datastore1" : "volumes/volume1", DrWorld.Item), recursive: true);
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "machines", DrWorld.Item + ".json"));
        world.Open();
        if (sites.Way == Way.Fetched)
        {
            await GiveAsync((Fetch with { CreateMachine = true, CompletesItself = true }, world.Model), Step.PlannedFailover);
            return;
        }

        await world.RunAsync(new Reprotect(DrWorld.Item));
        CarriedOut.Add((sites.Way, _item.Stage, _item.Homeward, ProtectionOperation.Reprotect));
        Remember(ProtectionOperation.Reprotect);
    }

    private static StartFailover Fetch => new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    // The data is at home, and the machine runs on in Azure. Then the failover is completed, or given up, or home goes away before it can be (FB-05, FB-06).
    private async Task DataIsSentHomeAsync()
    {
        if (sites.Way != Way.Fetched || _item is not { Stage: Stage.Settled, Away: true, Migrated: false })
        {
            return;
        }

        var job = await world.TryAsync(Fetch);
        Assert.True(job.State == JobState.Suspended, $"{job.State}, {job.Error}");
        _item = _item.After(Step.DataIsSentHome, sites.Way);
        _points[NewestPoint()!.Value] = world.Model.Copy();
        Assert.Equal(["ItemBusy"], (await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, ""))).Intersect(Known));
        world.Write(random.Next(5));
        if (random.Next(2) == 0)
        {
            await world.ReopenAsync();
        }

        await (random.Next(3) switch
        {
            0 => CompleteAsync(job),
            1 => GiveUpAsync(job),
            _ => HomeGoesAwayAsync(job),
        });
    }

    private async Task CompleteAsync(Job job)
    {
        await world.DrainAsync();
        var (before, bytes) = (world.Facts, random.Next(2) == 0 ? _points.ElementAt(random.Next(_points.Count)) : default);
        await world.Engine.CompleteFailoverAsync(DrWorld.Item, "walk", bytes.Value is null ? null : bytes.Key, allowOlderPoint: true);
        var done = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        Assert.True(done.State == JobState.Succeeded, $"{done.State}, {done.Error}");
        _before.Add((before.ActiveSide, before.Epoch));
        Moves++;
        CarriedOut.Add((sites.Way, Stage.Settled, false, ProtectionOperation.Failover));
        _item = _item.After(ProtectionOperation.Failover, sites.Way, planned: true);
        _source = world.Model.Copy();
        _points[NewestPoint()!.Value] = world.Model.Copy();
        world.Model = bytes.Value?.Copy() ?? world.Model;
    }

    private async Task GiveUpAsync(Job job)
    {
        Assert.Equal(JobState.Cancelled, (await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        _item = _item.After(Step.DataSyncIsGivenUp, sites.Way);
    }

    // Nothing may be missing at home, so the machine runs on in Azure; a new failover completes it.
    private async Task HomeGoesAwayAsync(Job job)
    {
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.ReopenAsync();
        await world.Engine.CompleteFailoverAsync(DrWorld.Item, "walk");
        Assert.Equal(JobState.Failed, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        world.Write(1);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: true);
        await FollowsAsync();
    }

    private async Task FollowsAsync()
    {
        if (_item.Stage == Stage.Replicating)
        {
            await world.DrainAsync();
            await Waiting.UntilAsync(() => Mode == ReplicationMode.InOrder);
        }
    }
}
