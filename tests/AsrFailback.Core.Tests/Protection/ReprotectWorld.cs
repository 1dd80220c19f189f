using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>Two sites between which a reprotect is possible, and one word for each way to break them.</summary>
internal sealed class ReprotectWorld
{
    private static readonly Guid Uuid = new("7a1d6a3e-0000-4000-8000-000000000002");

    private InventorySnapshot _azure = new()
    {
        Fabric = "azure", Kind = FabricKind.Azure, Reachable = true, Connected = true,
        ProcessServers = [new("ps-azure", 9443)],
        Machines = [new("web01", Uuid, "Linux", "", "vnet", [new("os", "disks/os.vhd", 8 << 20), new("data", "disks/data.vhd", 4 << 20)], PowerState.On, 2)],
    };

    private InventorySnapshot _home = new()
    {
        Fabric = "onprem", Kind = FabricKind.VMware, Reachable = true, Connected = true, ConfigurationServer = "cs01",
        Hosts = [new("esxi01", "Licensed"), new("esxi02", "Licensed")],
        Datastores = [new("ds1", "VMFS", ["esxi01"])],
        MasterTargets = [new("mt01", "Linux", "esxi01", "retention", "TRUE", true, false, "lsilogic", 2)],
    };

    private Reprotect _command = new("web01");

    /// <summary>Breaks the world in the ways the words name.</summary>
    public static IReadOnlyList<CheckResult> Check(string words)
    {
        var world = new ReprotectWorld();
        foreach (var word in Notation.Words(words))
        {
            world.Apply(word);
        }

        return ReprotectRules.Check(
            Facts.In(Phase.Committed, Side.Home, Side.Recovery), world._command, world._azure, world._home);
    }

    private void Apply(string word)
    {
        var machine = _azure.Machines.Count > 0 ? _azure.Machines[0] : null;
        var target = _home.MasterTargets.Count > 0 ? _home.MasterTargets[0] : null;
        var (name, value) = word.Split('=') is [var key, var text] ? (key, text) : (word, "");
        switch (name)
        {
            case "azure-gone": _azure = _azure with { Reachable = false }; break;
            case "home-gone": _home = _home with { Reachable = false }; break;
            case "azure-cut": _azure = _azure with { Connected = false }; break;
            case "home-cut": _home = _home with { Connected = false }; break;
            case "machine-off": _azure = _azure with { Machines = [machine! with { Power = PowerState.Off }] }; break;
            case "machine-gone": _azure = _azure with { Machines = [] }; break;
            case "windows": _azure = _azure with { Machines = [machine! with { OperatingSystem = "Windows" }] }; break;
            case "no-ps": _azure = _azure with { ProcessServers = [] }; break;
            case "ps-at-home": _home = _home with { ProcessServers = [new("ps-onprem", 9443)] }; break;
            case "use-ps": _command = _command with { ProcessServer = value }; break;
            case "use-mt": _command = _command with { MasterTarget = value }; break;
            case "no-cs": _home = _home with { ConfigurationServer = null }; break;
            case "no-mt": _home = _home with { MasterTargets = [] }; break;
            case "ds": _home = _home with { Datastores = [new("ds1", value, ["esxi01"])] }; break;
            case "ds-elsewhere": _home = _home with { Datastores = [new("ds1", "VMFS", ["esxi02"])] }; break;
            case "licence": _home = _home with { Hosts = [new("esxi01", value)] }; break;
            case "no-host": _home = _home with { Hosts = [new("esxi02", "Licensed")] }; break;
            default: _home = _home with { MasterTargets = [ChangeTarget(target!, name, value)] }; break;
        }
    }

    private static MasterTarget ChangeTarget(MasterTarget target, string name, string value) => name switch
    {
        "uuid" => target with { DiskEnableUuid = value },
        "no-uuid" => target with { DiskEnableUuid = null },
        "no-tools" => target with { ToolsInstalled = false },
        "snapshots" => target with { HasSnapshots = true },
        "scsi" => target with { ScsiController = value },
        "attached" => target with { AttachedDisks = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
        _ => throw new ArgumentException($"Unknown word {name}", nameof(name)),
    };
}
