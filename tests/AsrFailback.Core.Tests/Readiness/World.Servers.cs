namespace AsrFailback.Core.Tests;

/// <content>The words about servers, volumes and datastores.</content>
internal sealed partial class World
{
    private static Dictionary<string, Action<World, string>> ServerWords() => new()
    {
        ["no-cs"] = (at, _) => at._home = at._home with { ConfigurationServer = null },
        ["cs-down"] = (at, _) => at.ChangeConfigurationServer(server => server with { Connected = false }),
        ["rights="] = (at, value) => at.ChangeConfigurationServer(server => server with { AccountRights = value }),
        ["data-port="] = (at, value) => at.ChangeConfigurationServer(server => server with { DataPort = (int)Number(value) }),
        ["registered-at="] = (at, value) => at.ChangeConfigurationServer(server => server with { Addresses = new Dictionary<string, string> { ["WEB01"] = value } }),
        ["known="] = (at, value) => at.ChangeConfigurationServer(server => server with { Machines = value.Split(',') }),
        ["known-unknown"] = (at, _) => at.ChangeConfigurationServer(server => server with { Machines = null }),
        ["db-damaged"] = (at, _) => at.ChangeConfigurationServer(server => server with
        {
            Machines = null, DatabaseFault = Core.Errors.ErrorCatalogue.Error("SiteInvalid", "configuration-server.json", "$.machines[0]", "5"),
        }),
        ["no-ps"] = (at, _) => (at._home, at._azure) = (at._home with { ProcessServers = [] }, at._azure with { ProcessServers = [] }),
        ["no-ps-azure"] = (at, _) => at._azure = at._azure with { ProcessServers = [] },
        ["ps-silent"] = (at, _) => at.ChangeProcessServer(server => server with { Answers = false }),
        ["ps-cut"] = (at, _) => at.ChangeProcessServer(server => server with { ReachesConfigurationServer = false }),
        ["ps-added="] = (at, value) => at.ChangeProcessServer(server => server with { AddedUtc = Ago(Number(value)) }),
        ["ps-heartbeat="] = (at, value) => at.ChangeProcessServer(server => server with { LastHeartbeatUtc = Ago(Number(value)) }),
        ["ps-unheard"] = (at, _) => at.ChangeProcessServer(server => server with { LastHeartbeatUtc = null }),
        ["ps-closed="] = (at, value) => at.ChangeProcessServer(server => server with { ClosedPorts = [(int)Number(value)] }),
        ["ps-port="] = (at, value) => at.ChangeProcessServer(server => server with { Port = (int)Number(value) }),
    };

    private static Dictionary<string, Action<World, string>> MasterTargetWords() => new()
    {
        ["no-mt"] = (at, _) => at._home = at._home with { MasterTargets = [] },
        ["second-mt"] = (at, _) => at._home = at._home with { MasterTargets = [.. at._home.MasterTargets, LinuxMasterTarget() with { Name = "mt02" }] },
        ["mt-family="] = (at, value) => at.ChangeMasterTarget(server => server with { OperatingSystem = value }),
        ["uuid="] = (at, value) => at.ChangeMasterTarget(server => server with { DiskEnableUuid = value }),
        ["no-uuid"] = (at, _) => at.ChangeMasterTarget(server => server with { DiskEnableUuid = null }),
        ["mt-moves"] = (at, _) => at.ChangeMasterTarget(server => server with { StorageVMotion = true }),
        ["no-tools"] = (at, _) => at.ChangeMasterTarget(server => server with { ToolsInstalled = false }),
        ["mt-snapshots"] = (at, _) => at.ChangeMasterTarget(server => server with { HasSnapshots = true }),
        ["scsi="] = (at, value) => at.ChangeMasterTarget(server => server with { ScsiControllers = value.Split(',', StringSplitOptions.RemoveEmptyEntries) }),
        ["host-unknown"] = (at, _) => at._home = at._home with { Hosts = [.. at._home.Hosts.Skip(1)] },
        ["host-undiscovered"] = (at, _) => at.ChangeHost(host => host with { Discovered = false }),
        ["hypervisor="] = (at, value) => at.ChangeHost(host => host with { Hypervisor = value }),
        ["licence="] = (at, value) => at.ChangeHost(host => host with { Licence = value }),
        ["free-memory="] = (at, value) => at.ChangeHost(host => host with { FreeMemoryBytes = (long)Number(value) << 20 }),
        ["free-memory-unknown"] = (at, _) => at.ChangeHost(host => host with { FreeMemoryBytes = null }),
        ["mt-heartbeat="] = (at, value) => at.ChangeMasterTarget(server => server with { LastHeartbeatUtc = Ago(Number(value)) }),
        ["mt-unheard"] = (at, _) => at.ChangeMasterTarget(server => server with { LastHeartbeatUtc = null }),
        ["mt-store="] = (at, value) => at.ChangeMasterTarget(server => server with { Datastore = value == "unknown" ? null : value }),
        ["mt-disk="] = (at, value) => at.ChangeMasterTarget(server => server with { DiskUuids = value.Split(',') }),
        ["attached="] = (at, value) => at.ChangeMasterTarget(server => server with { AttachedDisks = (int)Number(value) }),
        ["no-setup"] = (at, _) => at.ChangeMasterTarget(server => server with { Setup = null }),
        ["empty-setup"] = (at, _) => at.ChangeSetup(_ => new MasterTargetSetup()),
        ["distribution="] = (at, value) => at.ChangeSetup(setup => setup with { Distribution = value }),
        ["dynamic-address"] = (at, _) => at.ChangeSetup(setup => setup with { StaticAddress = false }),
        ["changes-failed"] = (at, _) => at.ChangeSetup(setup => setup with { CustomChangesApplied = false }),
        ["not-rebooted"] = (at, _) => at.ChangeSetup(setup => setup with { Rebooted = false }),
        ["boot-elsewhere"] = (at, _) => at.ChangeSetup(setup => setup with { BootLoaderOnRoot = false }),
        ["no-internet"] = (at, _) => at.ChangeSetup(setup => setup with { InternetAccess = false }),
        ["agent-packed"] = (at, _) => at.ChangeSetup(setup => setup with { AgentUnpacked = false }),
        ["changes-mode="] = (at, value) => at.ChangeSetup(setup => setup with { CustomChangesMode = value }),
        ["setup-address="] = (at, value) => at.ChangeSetup(setup => setup with { ConfigurationServerAddress = value }),
        ["passphrase-refused"] = (at, _) => at.ChangeSetup(setup => setup with { PassphraseAccepted = false }),
        ["no-scale-out"] = (at, _) => at.ChangeSetup(setup => setup with { ScaleOut = false }),
        ["registered="] = (at, value) => at.ChangeSetup(setup => setup with { ConfigurationServer = value }),
        ["no-package="] = (at, value) => at.ChangeSetup(setup => setup with { Packages = [.. setup.Packages!.Where(package => package != value)] }),
        ["no-swap"] = (at, _) => at.ChangeSetup(setup => setup with { Mounts = setup.Mounts!.Where(mount => mount.Value != "swap").ToDictionary() }),
        ["mount="] = (at, value) => at.ChangeSetup(setup => setup with
        {
            Mounts = new Dictionary<string, string>(setup.Mounts!) { [value.Split(':')[0]] = value.Split(':')[1] },
        }),
    };

    private static Dictionary<string, Action<World, string>> VolumeWords() => new()
    {
        ["no-volumes"] = (at, _) => at.ChangeMasterTarget(server => server with { RetentionVolumes = [] }),
        ["second-volume"] = (at, _) => at.AddVolume(new("/mnt/second", "second")),
        ["second-bad-volume"] = (at, _) => at.AddVolume(new("/mnt/second", "second") { CapacityBytes = 0 }),
        ["volume-locked"] = (at, _) => at.ChangeVolume(volume => volume with { Locked = true }),
        ["volume-used="] = (at, value) => at.ChangeVolume(volume => volume with { UsedFor = value }),
        ["volume-cache"] = (at, _) => at.ChangeVolume(volume => volume with { IsCache = true }),
        ["volume-fs="] = (at, value) => at.ChangeVolume(volume => volume with { FileSystem = value }),
        ["volume-fs-unknown"] = (at, _) => at.ChangeVolume(volume => volume with { FileSystem = null }),
        ["volume-size="] = (at, value) => at.ChangeVolume(volume => volume with { CapacityBytes = (long)Number(value) }),
        ["volume-size-unknown"] = (at, _) => at.ChangeVolume(volume => volume with { CapacityBytes = null }),
        ["volume-added="] = (at, value) => at.ChangeVolume(volume => volume with { AddedUtc = Ago(Number(value)) }),
    };

    private static Dictionary<string, Action<World, string>> StoreWords() => new()
    {
        ["stores="] = (at, value) => at.ChangeStores(store => store with { Type = value }),
        ["third-store"] = (at, _) => at._home = at._home with { Datastores = [.. at._home.Datastores, new("ds3", "VMFS", ["esxi01"])] },
        ["no-stores"] = (at, _) => at._home = at._home with { Datastores = [] },
        ["stores-readonly"] = (at, _) => at.ChangeStores(store => store with { Hosts = [], ReadOnlyHosts = ["esxi01"] }),
        ["stores-elsewhere"] = (at, _) => at.ChangeStores(store => store with { Hosts = ["esxi02"] }),
        ["stores-down"] = (at, _) => at.ChangeStores(store => store with { Accessible = false }),
        ["ds1="] = (at, value) => at.ChangeStore("ds1", store => store with { Type = value }),
        ["ds2="] = (at, value) => at.ChangeStore("ds2", store => store with { Type = value }),
        ["ds1-readonly"] = (at, _) => at.ChangeStore("ds1", store => store with { Hosts = [], ReadOnlyHosts = ["esxi01"] }),
        ["ds1-elsewhere"] = (at, _) => at.ChangeStore("ds1", store => store with { Hosts = ["esxi02"] }),
        ["ds1-down"] = (at, _) => at.ChangeStore("ds1", store => store with { Accessible = false }),
        ["ds2-down"] = (at, _) => at.ChangeStore("ds2", store => store with { Accessible = false }),
        ["ds1-also-readonly"] = (at, _) => at.ChangeStore("ds1", store => store with { ReadOnlyHosts = ["esxi02"] }),
        ["spread"] = (at, _) => at.ChangeHomeMachine(machine => machine with { Disks = [machine.Disks[0], machine.Disks[1] with { Datastore = "ds2" }] }),
    };

    private void ChangeConfigurationServer(Func<ConfigurationServer, ConfigurationServer> change) =>
        _home = _home with { ConfigurationServer = change(_home.ConfigurationServer!) };

    // The one of the side that data comes from.
    private void ChangeProcessServer(Func<ProcessServer, ProcessServer> change)
    {
        if (_homeward)
        {
            _azure = _azure with { ProcessServers = [change(_azure.ProcessServers[0])] };
        }
        else
        {
            _home = _home with { ProcessServers = [change(_home.ProcessServers[0])] };
        }
    }

    private void ChangeMasterTarget(Func<MasterTarget, MasterTarget> change) =>
        _home = _home with { MasterTargets = [change(_home.MasterTargets[0]), .. _home.MasterTargets.Skip(1)] };

    private void ChangeSetup(Func<MasterTargetSetup, MasterTargetSetup> change) => ChangeMasterTarget(server => server with { Setup = change(server.Setup!) });

    private void AddVolume(RetentionVolume volume) => ChangeMasterTarget(server => server with { RetentionVolumes = [.. server.RetentionVolumes, volume] });

    private void ChangeVolume(Func<RetentionVolume, RetentionVolume> change) =>
        ChangeMasterTarget(server => server with { RetentionVolumes = [change(server.RetentionVolumes[0]), .. server.RetentionVolumes.Skip(1)] });

    private void ChangeHost(Func<EsxiHost, EsxiHost> change) => _home = _home with { Hosts = [change(_home.Hosts[0]), .. _home.Hosts.Skip(1)] };

    private void ChangeStores(Func<Datastore, Datastore> change) => _home = _home with { Datastores = [.. _home.Datastores.Select(change)] };

    private void ChangeStore(string name, Func<Datastore, Datastore> change) => ChangeStores(store => store.Name == name ? change(store) : store);
}
