using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <content>A reprotect to another site than the item's home (RP-10, RP-15). The words fit no other command.</content>
internal sealed partial class World
{
    private static Dictionary<string, Action<World, string>> HomeWords() => new()
    {
        ["use-fabric="] = (at, value) => at._command = (Reprotect)at._command! with { Fabric = value },
        ["moves-home"] = (at, _) =>
        {
            at.MoveHome(FabricKind.VMware);
            at.Apply("use-fabric=onprem");
        },
        ["former-gone"] = (at, _) => at._formerHome = at._formerHome! with { Reachable = false, ConfigurationServer = null },
        ["former-cs="] = (at, value) => at.ChangeFormerServer(server => server with { Name = value }),
        ["former-address="] = (at, value) => at.ChangeFormerServer(server => server with { Address = value }),
        ["former-known="] = (at, value) => at.ChangeFormerServer(server => server with { Machines = [value] }),
        ["unknown-home="] = (at, value) =>
        {
            at.Apply($"use-fabric={value}");
            at._unknownHome = value;
            at._home = new InventorySnapshot { Fabric = value, Kind = FabricKind.VMware, Reachable = false, Connected = false };
        },
        ["homes="] = (at, value) => at._possibleHomes = value.Split(','),
        ["other-path"] = (at, _) => at._around = at._around with { OtherPath = "onprem → azure" },
    };

    // The home that was is another site like the one it comes home to; the item is as it will be (RP-15).
    private void MoveHome(FabricKind kind)
    {
        _formerHome = Home() with { Fabric = "onprem-1", Kind = kind };
        _facts = HomeMove.To(_facts with { HomeFabric = "onprem-1" }, _home.Fabric, _home.Kind, Uuid);
    }

    private void ChangeFormerServer(Func<ConfigurationServer, ConfigurationServer> change) =>
        _formerHome = _formerHome! with { ConfigurationServer = change(_formerHome.ConfigurationServer!) };
}
