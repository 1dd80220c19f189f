using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Readiness;

/// <summary>A machine that a plan is to reprotect to one site.</summary>
/// <param name="Item">Its item.</param>
/// <param name="Group">Its replication group; null for none.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="Disks">How many slots it needs.</param>
/// <param name="MasterTarget">The master target it must go through: the named one, or the one its group replicates through; null for any.</param>
public sealed record PlannedMachine(string Item, string? Group, string OperatingSystem, int Disks, string? MasterTarget);

/// <summary>
/// Which master target each machine of a plan goes through: one for a replication group, with slots for all of it (RP-06),
/// and never more disks than slots over the whole plan (MT-08). Pure.
/// </summary>
public sealed class PlanPlacement
{
    private readonly InventorySnapshot _site;
    private readonly IReadOnlyDictionary<string, int> _reserved;
    private readonly Dictionary<string, List<PlannedMachine>> _byServer = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Places the machines of a plan, in its order.</summary>
    /// <param name="site">The site they go to.</param>
    /// <param name="machines">The machines.</param>
    /// <param name="reserved">Disks of machines outside the plan that use or wait for a slot, by master target.</param>
    public PlanPlacement(InventorySnapshot site, IReadOnlyList<PlannedMachine> machines, IReadOnlyDictionary<string, int> reserved)
    {
        (_site, _reserved) = (site, reserved);
        foreach (var together in machines.GroupBy(machine => machine.Group is { } group ? $"group {group}" : $"item {machine.Item}", StringComparer.OrdinalIgnoreCase))
        {
            Place([.. together]);
        }
    }

    /// <summary>The master target of a machine; null where there is none for it.</summary>
    public string? ServerOf(string item) => _byServer.FirstOrDefault(server => server.Value.Any(machine => Words.Same(machine.Item, item))).Key;

    /// <summary>Master targets that several machines of the plan want more slots of than there are.</summary>
    public IEnumerable<AsrError> Overfull() =>
        from server in _site.MasterTargets
        let machines = _byServer.GetValueOrDefault(server.Name) ?? []
        let used = server.AttachedDisks + _reserved.GetValueOrDefault(server.Name)
        where machines.Count > 1 && used + Sum(machines) > MasterTargetRules.MaxDisks
        select ErrorCatalogue.Error(
            "PlanMasterTargetFull", server.Name, used, MasterTargetRules.MaxDisks, Sum(machines), Words.List(machines.Select(machine => $"{machine.Item}: {machine.Disks}")));

    private static int Sum(IEnumerable<PlannedMachine> machines) => machines.Sum(machine => machine.Disks);

    private void Place(PlannedMachine[] together)
    {
        var named = together.Select(machine => machine.MasterTarget).FirstOrDefault(name => name is not null);
        var chosen = MasterTargetRules.Choose(_site, named, together[0].OperatingSystem, server => HasRoom(server, Sum(together)));
        foreach (var machine in together)
        {
            if ((machine.MasterTarget ?? chosen?.Name) is { } name)
            {
                (_byServer.TryGetValue(name, out var machines) ? machines : _byServer[name] = []).Add(machine);
            }
        }
    }

    private bool HasRoom(MasterTarget server, int disks) =>
        server.AttachedDisks + _reserved.GetValueOrDefault(server.Name) + Sum(_byServer.GetValueOrDefault(server.Name) ?? []) + disks <= MasterTargetRules.MaxDisks;
}
