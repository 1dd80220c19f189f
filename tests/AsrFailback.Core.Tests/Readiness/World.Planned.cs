using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <content>Planned failovers, and the way home to Hyper-V (FB-05, FB-07). The words fit failovers only.</content>
internal sealed partial class World
{
    private static Dictionary<string, Action<World, string>> PlannedWords() => new()
    {
        ["allow-older"] = (at, _) => at.ChangeFailover(command => command with { AllowOlderPoint = true }),
        ["data-sync="] = (at, value) => at.ChangeFailover(command => command with { DataSync = Enum.Parse<DataSync>(value) }),
        ["create"] = (at, _) => at.ChangeFailover(command => command with { CreateMachine = true }),
        ["vm-host="] = (at, value) => at.ChangeFailover(command => command with { VMHost = value }),
        ["fetch-to="] = (at, value) => at.ChangeFailover(command => command with { Fabric = value }),
        ["fetch-unknown="] = (at, value) =>
        {
            at.Apply($"fetch-to={value}");
            at._unknownHome = value;
            at._home = new InventorySnapshot { Fabric = value, Kind = FabricKind.HyperV, Reachable = false, Connected = false };
        },
        ["fetch-moves"] = (at, _) =>
        {
            at.MoveHome(FabricKind.HyperV);
            at.Apply("fetch-to=onprem");
        },
        ["torn"] = (at, _) => at._facts = at._facts with { HomeInconsistent = true },
        ["last="] = (at, value) => at._facts = at._facts with { LastFailover = Enum.Parse<FailoverType>(value) },
        ["away="] = (at, value) => at._facts = at._facts with { AwaySinceUtc = Now.AddDays(-Number(value)) },
        ["wrote-since"] = (at, _) => at._around = at._around with { WrittenSinceNewest = TimeSpan.FromSeconds(1) },
        ["host-system="] = (at, value) => at.ChangeHosts(host => host with { OperatingSystem = value }),
        ["host-runs="] = (at, value) => at.ChangeHosts(host => host with { Hypervisor = value }),
        ["host-storage="] = (at, value) => at._home = at._home with { Datastores = [.. at._home.Datastores.Select(store => store with { Hosts = [value] })] },
        ["host-switch="] = (at, value) => at.ChangeHosts(host => host with { Switches = [value] }),
    };

    // A machine of Hyper-V that runs in Azure since yesterday, and a planned failover that brings it home.
    private void BecomeHyperV()
    {
        Apply("home-kind=HyperV");
        Apply("away=1");
        _facts = _facts.WithHomeNics(_home.Machines[0].Nics);
        _home = _home with { Hosts = [.. _home.Hosts.Select(host => host with { Hypervisor = "Hyper-V", OperatingSystem = "Windows Server 2012 R2", Switches = ["lan"] })] };
        ChangeFailover(command => command with { Type = FailoverType.Planned });
    }

    private void ChangeFailover(Func<StartFailover, StartFailover> change) => _command = change((StartFailover)_command!);

    private void ChangeHosts(Func<EsxiHost, EsxiHost> change) => _home = _home with { Hosts = [.. _home.Hosts.Select(change)] };
}
