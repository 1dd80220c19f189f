using AsrFailback.Core.Errors;
using AsrFailback.Core.Servers;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>Deploys a process server in the Azure network of the machines and registers it (TO-11).</summary>
internal sealed class DeployProcessServerOperation(DeployProcessServer command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, Deploy, Register];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        if (Engine.FabricPath(command.Fabric) is null)
        {
            return [CheckResult.Of("Fabric", "TO-01", passed: false, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric))];
        }

        // First what others are about to deploy, then what is there: a job that ends in between is in both.
        var pending = Pending();
        var site = Engine.Site(command.Fabric).Snapshot();
        var holder = HolderOf(site, pending);
        var manager = Engine.ConfigurationServerAt(command.ConfigurationServerAddress);
        return
        [
            CheckResult.Of("SiteReachable", "TO-01", site.Reachable, () => ErrorCatalogue.Error("SiteUnreachable", command.Fabric)),
            CheckResult.Of("FabricKind", "TO-11", site.Kind == FabricKind.Azure, () => ErrorCatalogue.Error("ProcessServerNotHere", command.Fabric, site.Kind)),
            CheckResult.Of("Name", "TO-11", ServerAddress.IsName(command.Name), () => ErrorCatalogue.Error("NameInvalid", command.Name)),
            CheckResult.Of("NameFree", "TO-11", asJob is not null || !site.ProcessServers.Select(server => server.Name).Concat(pending.Select(other => other.Name)).Any(name => IsName(name, command.Name)), () => ErrorCatalogue.Error("ServerExists", command.Name, command.Fabric)),
            CheckResult.Of("Network", "TO-11", site.Networks.Contains(command.Network), () => ErrorCatalogue.Error("InventoryNotFound", command.Network, command.Fabric)),
            CheckNetworkOfMachines(site),
            CheckResult.Of("Address", "TO-11", ServerAddress.Parse(command.Address) is not null, () => ErrorCatalogue.Error("AddressInvalid", command.Address)),
            CheckResult.Of("AddressFree", "TO-11", asJob is not null || holder is null, () => ErrorCatalogue.Error("AddressTaken", command.Name, command.Address, holder!)),
            CheckResult.Of("ConfigurationServer", "TO-11", manager is not null, () => ErrorCatalogue.Error("ConfigurationServerNotFound", command.ConfigurationServerAddress)),
            CheckResult.Of("ConfigurationServerConnected", "TO-11", manager is null or { Connected: true }, () => ErrorCatalogue.Error("ConfigurationServerDown", manager!.Name, manager.Fabric)),
            CheckResult.Of("Passphrase", "TO-11", asJob is not null || manager is null || IsRight(manager), () => ErrorCatalogue.Error("PassphraseWrong", manager!.Name)),
        ];
    }

    // It is compared once, when the command comes in: no job remembers it.
    private bool IsRight(ConfigurationServer manager) =>
        Engine.Site(manager.Fabric).Database?.PassphraseHash is not { } hash || (command.Passphrase is { } passphrase && PassphraseHash.Matches(passphrase, hash));

    private CheckResult CheckNetworkOfMachines(InventorySnapshot site)
    {
        var networks = site.Machines.SelectMany(machine => machine.Nics).Select(nic => nic.Network).OfType<string>().Distinct().ToArray();
        return CheckResult.Of("NetworkOfMachines", "TO-11", networks.Length == 0 || !site.Networks.Contains(command.Network) || networks.Contains(command.Network), () =>
            ErrorCatalogue.Error("NetworkOfOthers", command.Name, command.Network, string.Join(", ", networks)));
    }

    private string? HolderOf(InventorySnapshot site, DeployProcessServer[] pending) =>
        site.Machines.FirstOrDefault(machine => machine.Nics.Any(nic => IsTaken(nic.Address)))?.Name
        ?? site.ProcessServers.FirstOrDefault(server => IsTaken(server.Address))?.Name
        ?? pending.FirstOrDefault(other => IsTaken(other.Address))?.Name;

    // What another job is about to deploy is taken too, its address and its name.
    private DeployProcessServer[] Pending() =>
        [.. Engine.Jobs.Unfinished().Select(record => record.Command).OfType<DeployProcessServer>().Where(other => IsName(other.Fabric, command.Fabric))];

    private bool IsTaken(string? address) => address is not null && ServerAddress.Parse(address) is { } taken && taken.Equals(ServerAddress.Parse(command.Address));

    private Task Deploy(TaskContext context)
    {
        var manager = Manager();
        var now = context.DecideOnce(() => new Decision(Engine.Options.Clock.GetUtcNow())).NowUtc;
        Engine.Site(command.Fabric).PutProcessServer(new ProcessServer(command.Name, manager.DataPort)
        {
            Address = command.Address, Network = command.Network, AddedUtc = now, AdministratorName = command.AdministratorName,
        });
        return Task.CompletedTask;
    }

    private Task Register(TaskContext context)
    {
        Engine.ChangeDatabase(Manager().Fabric, database => (database.Forgetting(command.Name) with { Servers = [.. database.Servers.Where(name => !IsName(name, command.Name)), command.Name] })
            .RegisteredAt(command.ConfigurationServerAddress));
        return Task.CompletedTask;
    }

    private ConfigurationServer Manager() =>
        Engine.ConfigurationServerAt(command.ConfigurationServerAddress) ?? throw ErrorCatalogue.Exception("ConfigurationServerNotFound", command.ConfigurationServerAddress);

    private static bool IsName(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private sealed record Decision(DateTimeOffset NowUtc);
}
