using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists the ESXi hosts of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrHost")]
[OutputType(typeof(EsxiHost))]
public sealed class GetAsrHostCommand : InventoryCmdlet<EsxiHost>
{
    private protected override IEnumerable<EsxiHost> Of(InventorySnapshot inventory) => inventory.Hosts;

    private protected override string NameOf(EsxiHost thing) => thing.Name;
}

/// <summary>Lists the datastores of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrDatastore")]
[OutputType(typeof(Datastore))]
public sealed class GetAsrDatastoreCommand : InventoryCmdlet<Datastore>
{
    private protected override IEnumerable<Datastore> Of(InventorySnapshot inventory) => inventory.Datastores;

    private protected override string NameOf(Datastore thing) => thing.Name;
}

/// <summary>Lists the networks of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrNetwork")]
[OutputType(typeof(Network))]
public sealed class GetAsrNetworkCommand : InventoryCmdlet<Network>
{
    private protected override IEnumerable<Network> Of(InventorySnapshot inventory) => inventory.Networks.Select(name =>
        new Network(name, inventory.Fabric) { Prefixes = Core.Readiness.SubnetRules.PrefixesOf(inventory, name) });

    private protected override string NameOf(Network thing) => thing.Name;
}

/// <summary>Lists the machines of sites, with power and disks.</summary>
[Cmdlet(VerbsCommon.Get, "AsrMachine")]
[OutputType(typeof(Machine))]
public sealed class GetAsrMachineCommand : InventoryCmdlet<Machine>
{
    private protected override string NotFoundId => "MachineNotFound";

    private protected override IEnumerable<Machine> Of(InventorySnapshot inventory) => inventory.Machines;

    private protected override string NameOf(Machine thing) => thing.Name;
}

/// <summary>Lists the process servers of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrProcessServer")]
[OutputType(typeof(ProcessServer))]
public sealed class GetAsrProcessServerCommand : InventoryCmdlet<ProcessServer>
{
    private protected override IEnumerable<ProcessServer> Of(InventorySnapshot inventory) => inventory.ProcessServers;

    private protected override string NameOf(ProcessServer thing) => thing.Name;
}

/// <summary>Lists the master targets of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrMasterTarget")]
[OutputType(typeof(MasterTarget))]
public sealed class GetAsrMasterTargetCommand : InventoryCmdlet<MasterTarget>
{
    private protected override IEnumerable<MasterTarget> Of(InventorySnapshot inventory) => inventory.MasterTargets;

    private protected override string NameOf(MasterTarget thing) => thing.Name;
}

/// <summary>Lists the configuration servers of sites.</summary>
[Cmdlet(VerbsCommon.Get, "AsrConfigurationServer")]
[OutputType(typeof(ConfigurationServer))]
public sealed class GetAsrConfigurationServerCommand : InventoryCmdlet<ConfigurationServer>
{
    private protected override IEnumerable<ConfigurationServer> Of(InventorySnapshot inventory) =>
        inventory.ConfigurationServer is { } server ? [server] : [];

    private protected override string NameOf(ConfigurationServer thing) => thing.Name;
}
