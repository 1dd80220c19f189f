using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Commands;

/// <summary>Completes a name from those there are.</summary>
internal abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Names(fakeBoundParameters["Vault"])
            .Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(Result);
    }

    /// <summary>The names to choose from.</summary>
    /// <param name="vault">The vault that was given; null for none.</param>
    private protected abstract IEnumerable<string> Names(object? vault);

    private static CompletionResult Result(string name) =>
        new(name.Any(letter => !char.IsLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) ? $"'{name.Replace("'", "''", StringComparison.Ordinal)}'" : name);
}

/// <summary>Completes names from a vault; gives up after 2 seconds, and silently: a completion must not disturb.</summary>
internal abstract class VaultContentCompleter : NameCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The names in a vault.</summary>
    protected abstract Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation);

    private protected override IEnumerable<string> Names(object? vault)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var service = vault is null ? CurrentVault.Get() : OpenVaults.Find((vault as Vault)?.Path ?? vault.ToString()!, Environment.CurrentDirectory);
            return service is null ? [] : Task.Run(() => NamesAsync(service, patience.Token)).WaitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (Exception unable) when (unable is AsrException or OperationCanceledException)
        {
            return [];
        }
    }

    private protected static async Task<IEnumerable<string>> FromInventoriesAsync(
        IFailbackService service, Func<InventorySnapshot, IEnumerable<string>> names, CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var fabric in await service.GetFabricsAsync(cancellation).ConfigureAwait(false))
        {
            if (fabric.HealthErrors.Count == 0)
            {
                found.AddRange(names(await service.GetInventoryAsync(fabric.Name, cancellation).ConfigureAwait(false)));
            }
        }

        return found;
    }
}

/// <summary>Names of connected vaults.</summary>
internal sealed class VaultCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(object? vault) => OpenVaults.All.Select(open => open.Vault.Name);
}

/// <summary>Ids of the error catalogue.</summary>
internal sealed class ErrorIdCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(object? vault) => ErrorCatalogue.All.Select(error => error.Id);
}

/// <summary>Names of fabrics.</summary>
internal sealed class FabricCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Select(fabric => fabric.Name);
}

/// <summary>Names of the fabrics that a machine in Azure can come home to.</summary>
internal sealed class HomeCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabric.Type?.IsVSphere() == true).Select(fabric => fabric.Name);
}

/// <summary>Names of the fabrics that a machine in Azure can come home to by a planned failover.</summary>
internal sealed class HyperVHomeCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabric.Type?.IsHyperV() == true).Select(fabric => fabric.Name);
}

/// <summary>Names of Hyper-V hosts.</summary>
internal sealed class VMHostCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Kind.IsHyperV() ? inventory.Hosts.Select(host => host.Name) : [], cancellation);
}

/// <summary>Names of recovery plans.</summary>
internal sealed class PlanCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).Select(plan => plan.Name);
}

/// <summary>Names of protected items.</summary>
internal sealed class ItemCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation)
    {
        var names = new List<string>();
        await foreach (var item in service.GetProtectedItemsAsync(cancellation).ConfigureAwait(false))
        {
            names.Add(item.Name);
        }

        return names;
    }
}

/// <summary>Names of machines at the sites.</summary>
internal sealed class MachineCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Machines.Select(machine => machine.Name), cancellation);
}

/// <summary>Names of master targets.</summary>
internal sealed class MasterTargetCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.MasterTargets.Select(server => server.Name), cancellation);
}

/// <summary>Names of process servers.</summary>
internal sealed class ProcessServerCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.ProcessServers.Select(server => server.Name), cancellation);
}

/// <summary>Names of retention volumes of master targets.</summary>
internal sealed class RetentionVolumeCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) => FromInventoriesAsync(
        service, inventory => inventory.MasterTargets.SelectMany(server => server.RetentionVolumes).Select(volume => volume.Name), cancellation);
}

/// <summary>Names of configuration servers.</summary>
internal sealed class ConfigurationServerCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) => FromInventoriesAsync(
        service, inventory => inventory.ConfigurationServer is { } server ? [server.Name] : [], cancellation);
}

/// <summary>Ids of the checks that may be skipped.</summary>
internal abstract class SkippableCheckCompleter(params ProtectionOperation[] operations) : NameCompleter
{
    private protected override IEnumerable<string> Names(object? vault) =>
        ReadinessRules.All.Where(check => check.Skippable && check.Operations.Intersect(operations).Any()).Select(check => check.Id);
}

/// <summary>Ids of the checks that a failover may skip.</summary>
internal sealed class FailoverCheckCompleter() : SkippableCheckCompleter(ProtectionOperation.Failover);

/// <summary>Ids of the checks that a test failover may skip.</summary>
internal sealed class TestFailoverCheckCompleter() : SkippableCheckCompleter(ProtectionOperation.TestFailover);

/// <summary>Ids of the checks that a reprotect may skip.</summary>
internal sealed class ReprotectCheckCompleter() : SkippableCheckCompleter(ProtectionOperation.Reprotect);

/// <summary>Ids of the checks that any operation may skip.</summary>
internal sealed class AnyCheckCompleter() : SkippableCheckCompleter(ProtectionOperation.Failover, ProtectionOperation.TestFailover, ProtectionOperation.Reprotect);

/// <summary>Names of networks.</summary>
internal sealed class NetworkCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Networks, cancellation);
}

/// <summary>Names of hosts.</summary>
internal sealed class HostCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Hosts.Select(host => host.Name), cancellation);
}

/// <summary>Names of datastores.</summary>
internal sealed class DatastoreCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Datastores.Select(store => store.Name), cancellation);
}

/// <summary>Names of what the cmdlet lists.</summary>
internal sealed class InventoryCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        For(commandName)?.CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters) ?? [];

    private static NameCompleter? For(string commandName) => commandName[(commandName.IndexOf('-', StringComparison.Ordinal) + 1)..].ToUpperInvariant() switch
    {
        "ASRMACHINE" => new MachineCompleter(),
        "ASRHOST" => new HostCompleter(),
        "ASRDATASTORE" => new DatastoreCompleter(),
        "ASRNETWORK" => new NetworkCompleter(),
        "ASRMASTERTARGET" => new MasterTargetCompleter(),
        "ASRPROCESSSERVER" => new ProcessServerCompleter(),
        "ASRCONFIGURATIONSERVER" => new ConfigurationServerCompleter(),
        _ => null,
    };
}

/// <summary>Names of jobs, newest first in the vault.</summary>
internal sealed class JobCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetJobsAsync(cancellation).ConfigureAwait(false)).Select(job => job.Name);
}

/// <summary>Names of the actions of recovery plans.</summary>
internal sealed class PlanActionCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).SelectMany(plan => plan.Actions).Select(action => action.Name);
}

/// <summary>The groups of a recovery plan that an action may belong to.</summary>
internal sealed class PlanGroupCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation)
    {
        var most = (await service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).Select(plan => plan.Groups.Count).DefaultIfEmpty().Max();
        return ["Shutdown", "Failover", .. Enumerable.Range(1, most).Select(number => $"{number}")];
    }
}

/// <summary>Names of the scripts that plans of the vault may run.</summary>
internal sealed class ScriptCompleter : VaultContentCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation)
    {
        var folder = new DirectoryInfo(Path.Combine(service.Vault.Path, "scripts"));
        return Task.FromResult<IEnumerable<string>>(folder.Exists ? [.. folder.EnumerateFiles().Select(file => file.Name)] : []);
    }
}
