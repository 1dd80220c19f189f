using AsrFailback.Core.Jobs;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine;

/// <content>What the checks look at, and the health of items.</content>
public sealed partial class FailbackEngine
{
    private static readonly ProtectionOperation[] LooksAtSites = [ProtectionOperation.Reprotect, ProtectionOperation.Failover, ProtectionOperation.TestFailover, ProtectionOperation.Commit, ProtectionOperation.SwitchPoint, ProtectionOperation.CancelFailover];

    private static readonly Dictionary<string, int> NothingReserved = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServerReport>> GetServerReportsAsync(string fabric, ServerRole role, string? item = null, CancellationToken cancellation = default)
    {
        var site = new SiteView(await GetInventoryAsync(fabric, cancellation).ConfigureAwait(false));
        if (item is null)
        {
            var reserved = ReservedSlots(except: [], site.Inventory, new Evaluation(amongKnown: false));
            return ServerReports.Of(role, site.Inventory, command => ServerReports.WithoutItem(site, ManagerOf(site, command), command, reserved, Options.Clock.GetUtcNow(), Options.DiscoveryDelay), forItem: false);
        }

        var runtime = RuntimeOf(item);
        if (!runtime.Uses(fabric))
        {
            return [];
        }

        var facts = runtime.State.Facts;
        var evaluation = new Evaluation(amongKnown: false);
        var others = ReservedSlots([facts.Item], site.Inventory, evaluation);
        var source = ViewOf(facts, IsName(facts.HomeFabric, fabric) ? Side.Recovery : Side.Home, mayBeBroken: true, evaluation, out _);
        return ServerReports.Of(role, site.Inventory, command => new Situation
        {
            Facts = facts, Operation = ProtectionOperation.Reprotect, Around = new Surroundings(0, ReplicationMode.Stopped, null) { ReservedSlots = others },
            Command = command, NowUtc = Options.Clock.GetUtcNow(), DiscoveryDelay = Options.DiscoveryDelay, Source = source, Target = site,
        }, forItem: true);
    }

    // A process server in Azure belongs to a configuration server elsewhere: the one it registered with, or the only one there is.
    private SiteView ManagerOf(SiteView site, Reprotect command)
    {
        if (site.Inventory.Kind.IsVSphere() || command.ProcessServer is not { } server)
        {
            return site;
        }

        var managers = _store.List("fabric").Select(document => TryInventoryOf(document.Key)).OfType<InventorySnapshot>().Where(other => other.ConfigurationServer is not null).ToArray();
        var manager = managers.FirstOrDefault(other => other.ConfigurationServer!.Servers.Contains(server, StringComparer.OrdinalIgnoreCase)) ?? (managers.Length == 1 ? managers[0] : null);
        return manager is null ? site : new SiteView(manager);
    }

    /// <summary>Everything the checks of an operation look at.</summary>
    internal Situation SituationOf(ItemRuntime runtime, ProtectionOperation operation, ItemCommand command, string? asJob, Evaluation evaluation)
    {
        var known = runtime.State.Facts;
        var facts = FactsFor(known, command);
        if (operation == ProtectionOperation.CleanUpTestFailover)
        {
            LookForTestMachine(runtime, asJob);
        }

        var around = SurroundingsOf(runtime, asJob);
        if (!LooksAtSites.Contains(operation))
        {
            return new Situation { Facts = facts, Operation = operation, Around = around, Command = command, NowUtc = Options.Clock.GetUtcNow() };
        }

        var from = operation is ProtectionOperation.Failover or ProtectionOperation.TestFailover ? facts.SourceSide : facts.ActiveSide;
        var unknownHome = NewHomeOf(known, command) is { } named && FabricOf(named) is null ? named : null;
        var target = unknownHome is not null ? Unseen(unknownHome, FabricKind.VMware)
            : ViewOf(facts, from.Other(), mayBeBroken: operation is ProtectionOperation.Commit or ProtectionOperation.SwitchPoint, evaluation, out _);
        var source = ViewOf(facts, from, mayBeBroken: operation != ProtectionOperation.Reprotect, evaluation, out var fault);
        var formerHome = IsName(facts.HomeFabric, known.HomeFabric) ? null : ViewOf(known, Side.Home, mayBeBroken: true, evaluation, out _);
        var toVSphere = target.Inventory.Kind.IsVSphere();
        return new Situation
        {
            Facts = facts,
            Operation = operation,
            Around = around with
            {
                ReservedSlots = toVSphere ? ReservedSlots([facts.Item], target.Inventory, evaluation) : NothingReserved,
                Arriving = new(() => ArrivingAt(target, facts.Item, evaluation), isThreadSafe: false),
                NetworkMappings = NetworkMappings,
                Leaving = new(() => LeavingWith(source, asJob, evaluation), isThreadSafe: false),
                Group = toVSphere ? GroupOf(facts, evaluation.Together) : [],
                Outdated = around.Outdated ?? (formerHome is null ? null : ReasonOutdatedAt(facts.HomeFabric, known)),
                OtherPath = formerHome is null ? null : OtherPathInProtectionGroup(ProtectionGroups.ForwardOf(facts), facts.Item, facts.HomeFabric, facts.RecoveryFabric),
            },
            Command = command,
            NowUtc = Options.Clock.GetUtcNow(),
            DiscoveryDelay = Options.DiscoveryDelay,
            Source = source,
            SourceFault = fault,
            Target = target,
            FormerHome = formerHome,
            UnknownHome = unknownHome,
            PossibleHomes = new(() => PossibleHomes(known), isThreadSafe: false),
        };
    }

    /// <summary>The other machines of an item's replication group.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="together">What is to be done together with what is asked about; null for nothing.</param>
    internal IReadOnlyList<GroupMember> GroupOf(ProtectionFacts facts, IEnumerable<ItemCommand>? together = null) => facts.ReplicationGroup is null ? [] :
    [
        .. from runtime in _items.Values
           let other = runtime.State.Facts
           where !IsName(other.Item, facts.Item) && IsName(other.ReplicationGroup ?? "", facts.ReplicationGroup)
           let machine = TryFindMachine(other)
           where machine is not null
           let reprotect = ReprotectOf(other, together ?? [])
           select new GroupMember(other.Item, machine.OperatingSystem, MasterTargetOf(other, reprotect)) { Home = reprotect is null ? other.HomeFabric : HomeFor(other, reprotect) },
    ];

    /// <summary>Where the machines of a plan that go home to vSphere sites are placed, by site; a site that cannot be looked at has none.</summary>
    internal IEnumerable<PlanPlacement> PlacementsOf(RunRecoveryPlan plan)
    {
        var evaluation = new Evaluation(amongKnown: false);
        var machines =
            from command in plan.Commands.OfType<Reprotect>()
            let facts = TryRuntimeOf(command.Item)?.State.Facts
            where facts is { ActiveSide: Side.Recovery }
            let home = HomeFor(facts, command)
            where FabricOf(home)?.Kind.IsVSphere() == true
            let machine = evaluation.TryFind(this, facts, facts.ActiveSide)
            where machine is not null
            let bound = command.MasterTarget ?? GroupOf(facts, plan.Commands).Where(member => IsName(member.Home ?? home, home)).Select(member => member.MasterTarget).FirstOrDefault(name => name is not null)
            select (Home: home, Planned: new PlannedMachine(facts.Item, facts.ReplicationGroup, machine.OperatingSystem, machine.Disks.Count, bound));
        string[] items = [.. plan.Commands.Select(command => command.Item)];
        return
        [
            .. from home in machines.ToArray().GroupBy(machine => machine.Home, machine => machine.Planned, StringComparer.OrdinalIgnoreCase)
               let site = TryInventoryOf(home.Key)
               where site is { Reachable: true }
               select new PlanPlacement(site, [.. home], ReservedSlots(items, site, evaluation)),
        ];
    }

    // The one it replicates home through, or is about to.
    private static string? MasterTargetOf(ProtectionFacts facts, Reprotect? reprotect) =>
        facts is { Phase: Phase.Protected, SourceSide: Side.Recovery } && (reprotect is null || NewHomeOf(facts, reprotect) is null) ? facts.MasterTarget
        : facts.ActiveSide == Side.Recovery ? reprotect?.MasterTarget
        : null;

    // The reprotect that an item is about to have.
    private Reprotect? ReprotectOf(ProtectionFacts facts, IEnumerable<ItemCommand> together) =>
        together.OfType<Reprotect>().Concat(UnderWay()).FirstOrDefault(command => IsName(command.Item, facts.Item));

    // Reprotects that have been submitted, alone or as a part of a plan.
    private IEnumerable<Reprotect> UnderWay()
    {
        var unfinished = Jobs.Unfinished().Select(record => record.Command).ToArray();
        return unfinished.OfType<Reprotect>().Concat(unfinished.OfType<RunRecoveryPlan>().SelectMany(plan => plan.Commands.OfType<Reprotect>()))
            .DistinctBy(command => command.Item, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Looks at the sites of some machines: their parts of a plan are judged among what this finds.</summary>
    internal void LookAnew(IEnumerable<string> items)
    {
        var evaluation = new Evaluation(amongKnown: false);
        foreach (var facts in items.Select(item => TryRuntimeOf(item)?.State.Facts).OfType<ProtectionFacts>())
        {
            evaluation.TryFind(this, facts, Side.Home);
            evaluation.TryFind(this, facts, Side.Recovery);
        }
    }

    private InventorySnapshot? TryInventoryOf(string fabric)
    {
        try
        {
            return Site(fabric).Snapshot();
        }
        catch (AsrException)
        {
            return null;
        }
    }

    private Machine? TryFindMachine(ProtectionFacts facts) => TryFindMachine(facts, facts.ActiveSide);

    /// <summary>The machine of an item at a side; null when it is not there or cannot be looked at.</summary>
    internal Machine? TryFindMachine(ProtectionFacts facts, Side side)
    {
        try
        {
            return Site(facts.FabricOf(side)).FindMachine(facts.Item);
        }
        catch (AsrException)
        {
            return null;
        }
    }

    // A source that cannot be read must not keep its machine from failing over (FO-03).
    private SiteView ViewOf(ProtectionFacts facts, Side side, bool mayBeBroken, Evaluation evaluation, out AsrError? fault)
    {
        var site = Site(facts.FabricOf(side));
        fault = null;
        try
        {
            return evaluation.ViewOf(site, facts.Item);
        }
        catch (AsrException broken) when (mayBeBroken)
        {
            fault = site.IsReachable ? broken.Error : null;
            return Unseen(site.Name, site.Kind);
        }
    }

    private static SiteView Unseen(string fabric, FabricKind kind) =>
        new(new InventorySnapshot { Fabric = fabric, Kind = kind, Reachable = false, Connected = false });

    // Slots that replicating machines hold, and those that a reprotect under way will take: as submissions come one after
    // the other, two cannot be promised the same one (MT-08).
    private Dictionary<string, int> ReservedSlots(string[] except, InventorySnapshot target, Evaluation evaluation)
    {
        var holders = _items.Values.Select(item => item.State.Facts).Where(facts => !except.Contains(facts.Item, StringComparer.OrdinalIgnoreCase) && IsName(facts.HomeFabric, target.Fabric));
        var held = holders.Where(facts => facts is { Phase: Phase.Protected, SourceSide: Side.Recovery, MasterTarget: not null, Placement: not null })
            .Select(facts => (Server: facts.MasterTarget!, Disks: facts.Placement!.Disks.Count));
        var waiting = from command in UnderWay()
                      where !except.Contains(command.Item, StringComparer.OrdinalIgnoreCase)
                      let facts = TryRuntimeOf(command.Item)?.State.Facts
                      where facts is { Phase: Phase.Committed, ActiveSide: Side.Recovery } && IsName(HomeFor(facts, command), target.Fabric)
                      let machine = evaluation.TryFind(this, facts, Side.Recovery)
                      where machine is not null
                      let server = MasterTargetRules.Choose(target, command.MasterTarget ?? (IsName(facts.HomeFabric, target.Fabric) ? facts.MasterTarget : null), machine.OperatingSystem, _ => true)
                      where server is not null
                      select (Server: server.Name, Disks: machine.Disks.Count);
        return held.Concat(waiting).GroupBy(slot => slot.Server, slot => slot.Disks, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.Sum(), StringComparer.OrdinalIgnoreCase);
    }

    private void LookAtHealth(IEnumerable<ItemRuntime> items, CancellationToken cancellation)
    {
        foreach (var group in items.GroupBy(item => item.State.Facts.HomeFabric, StringComparer.OrdinalIgnoreCase))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var home = ViewForHealth(Site(group.Key), [.. group.Select(item => item.State.Facts.Item)]);
                foreach (var item in group)
                {
                    item.SiteHealth = HealthRules.Check(item.State.Facts, home);
                    NoteNics(item, home.Inventory.Reachable ? home.Find(item.State.Facts.Item) : null);
                }
            }
            catch (AsrException)
            {
                // A site that cannot be read is an error of its own in the health of its items.
            }
        }

        foreach (var item in items)
        {
            LookForTestMachine(item, exceptJob: null);
        }
    }

    // One machine is looked up by itself, unless that finds nothing: it may be there under another name (MT-11).
    private static SiteView ViewForHealth(EmbeddedSite site, string[] items)
    {
        var only = items.Length == 1 ? site.Snapshot(items[0]) : null;
        return only is { Machines.Count: > 0 } or { Reachable: false } ? new SiteView(only) : new Evaluation(amongKnown: false).ViewOf(site, items[0]);
    }

    private void PutRight(ItemRuntime item)
    {
        try
        {
            item.KeepLeftOff(); // also while a job works on it: no job does anything there
            if (!item.State.Facts.Switching && (item.RunsTwice || item.NeedsOpening))
            {
                ResumeIfIdle(item);
            }
        }
        catch (AsrException)
        {
            // A machine whose file cannot be read is an error of its own; the others are looked at all the same.
        }
    }

    // Also what a look finds out of order is put right where that can be done: a replica that somebody switched on, a
    // replication that ended with an error.
    private void LookAtHealthInBackground()
    {
        try
        {
            LookAtHealth(_items.Values, _stop.Token);
            foreach (var item in _items.Values)
            {
                PutRight(item);
                EndOutlivedTestFailover(item);
                _ = item.Quiescence.ThawLeftoverAsync();
            }

            SaveOverdueDatabases();
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The vault closes.
        }
    }
}
