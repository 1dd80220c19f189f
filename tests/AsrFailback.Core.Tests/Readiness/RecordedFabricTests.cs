using System.Globalization;
using System.Text.Json;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>
/// What a real vault answers of a VMware fabric fills the inventory that the checks look at. What it does not answer (hosts,
/// controllers, configuration rows) it has validated itself, and said in <c>validationErrors</c>.
/// </summary>
public sealed class RecordedFabricTests
{
    private static readonly DateTimeOffset JustAfter = new(2021, 4, 5, 17, 45, 0, TimeSpan.Zero);

    [RecordedFact]
    [Requirement("MT-08", "MT-09", "RP-17")]
    public void Its_master_targets_are_judged_like_any_others()
    {
        var reports = Reports(ServerRole.MasterTarget, Read()).Cast<MasterTargetReport>().ToDictionary(report => report.Name);

        var (ready, bare) = (reports["V2A-PS-200"], reports["PwsTestCS"]);
        Assert.True(ready.Ready, string.Join(", ", ready.Checks.Where(check => !check.Passed).Select(check => check.Id)));
        Assert.Equal(57, ready.FreeSlots);
        Assert.Equal(["F"], ready.RetentionVolumes.Where(volume => volume.Usable).Select(volume => volume.Name));
        Assert.Equal(["datastore1", "DS-77"], ready.Datastores.Where(store => store.Usable).Select(store => store.Name));
        Assert.Empty(ready.EmptyBecause);
        Assert.Equal(60, bare.FreeSlots);
        Assert.Equal(["D"], bare.RetentionVolumes.Select(volume => volume.Name));
        Assert.DoesNotContain(bare.Datastores, store => store.Usable);
        Assert.Contains(bare.EmptyBecause, cause => cause.Id == "MasterTargetDatastore");
    }

    [RecordedFact]
    [Requirement("TO-04")]
    public void A_process_server_whose_heartbeat_is_old_is_not_used()
    {
        Assert.All(Reports(ServerRole.ProcessServer, Read()), report => Assert.True(report.Ready));

        var later = Reports(ServerRole.ProcessServer, Read(), JustAfter.AddDays(1));

        Assert.All(later, report => Assert.Contains(report.Checks, check => check is { Id: "ProcessServerHeartbeat", State: CheckState.Failed }));
    }

    private static IReadOnlyList<ServerReport> Reports(ServerRole role, InventorySnapshot site, DateTimeOffset? now = null)
    {
        var view = new SiteView(site);
        return ServerReports.Of(
            role, site, command => ServerReports.WithoutItem(view, view, command, new Dictionary<string, int>(), now ?? JustAfter, TimeSpan.Zero), forItem: false);
    }

    private static InventorySnapshot Read()
    {
        var fabric = RecordedExchange.Read("04-fabric-vmware-cs.json").GetProperty("body").GetProperty("properties");
        var details = fabric.GetProperty("customDetails");
        var targets = details.GetProperty("masterTargetServers").EnumerateArray().ToArray();
        return new InventorySnapshot
        {
            Fabric = Text(fabric, "friendlyName"),
            Kind = FabricKind.VMware,
            Reachable = true,
            Connected = true,
            ConfigurationServer = new ConfigurationServer(Text(fabric, "friendlyName")),
            Hosts = [.. targets.Select(target => new EsxiHost(HostOf(target), "Licensed"))],
            Datastores = [.. targets.SelectMany(target => target.GetProperty("dataStores").EnumerateArray().Select(store => new Datastore(Text(store, "symbolicName"), Text(store, "type"), [HostOf(target)])))],
            MasterTargets = [.. targets.Select(MasterTargetOf)],
            ProcessServers = [.. details.GetProperty("processServers").EnumerateArray().Select(server => new ProcessServer(Text(server, "friendlyName"), ProcessServer.UsualPort)
            {
                Address = Text(server, "ipAddress"), LastHeartbeatUtc = Time(server, "lastHeartbeat"),
            })],
        };
    }

    private static MasterTarget MasterTargetOf(JsonElement target)
    {
        Assert.Equal(0, target.GetProperty("validationErrors").GetArrayLength());
        return new MasterTarget(Text(target, "name"), Text(target, "osType"), HostOf(target), "TRUE", ToolsInstalled: true, HasSnapshots: false, target.GetProperty("diskCount").GetInt32())
        {
            LastHeartbeatUtc = Time(target, "lastHeartbeat"),
            RetentionVolumes = [.. target.GetProperty("retentionVolumes").EnumerateArray().Select(volume =>
                new RetentionVolume(Text(volume, "volumeName"), "") { CapacityBytes = volume.GetProperty("capacityInBytes").GetInt64() })],
        };
    }

    // The answer names no hosts: a datastore is listed below each master target that reaches it.
    private static string HostOf(JsonElement target) => $"host of {Text(target, "name")}";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static DateTimeOffset Time(JsonElement element, string name) => DateTimeOffset.Parse(Text(element, name), CultureInfo.InvariantCulture);
}
