using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace AsrFailback.Commands;

/// <summary>Completes names from the connected vault; gives up after 2 seconds, and silently: a completion must not disturb.</summary>
internal abstract class NameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Names(fakeBoundParameters["Vault"]).Where(name => name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Select(Result);
    }

    /// <summary>The names to choose from.</summary>
    protected abstract Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation);

    private protected virtual IEnumerable<string> Names(object? vault)
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

    private static CompletionResult Result(string name) =>
        new(name.Any(letter => !char.IsLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) ? $"'{name.Replace("'", "''", StringComparison.Ordinal)}'" : name);
}

/// <summary>Names of connected vaults.</summary>
internal sealed class VaultCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(object? vault) => OpenVaults.All.Select(open => open.Vault.Name);

    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        Task.FromResult(Names(service));
}

/// <summary>Names of fabrics.</summary>
internal sealed class FabricCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Select(fabric => fabric.Name);
}

/// <summary>Names of protected items.</summary>
internal sealed class ItemCompleter : NameCompleter
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
internal sealed class MachineCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Machines.Select(machine => machine.Name), cancellation);
}

/// <summary>Names of master targets.</summary>
internal sealed class MasterTargetCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.MasterTargets.Select(server => server.Name), cancellation);
}

/// <summary>Names of process servers.</summary>
internal sealed class ProcessServerCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.ProcessServers.Select(server => server.Name), cancellation);
}

/// <summary>Names of networks.</summary>
internal sealed class NetworkCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        FromInventoriesAsync(service, inventory => inventory.Networks, cancellation);
}

/// <summary>Names of jobs, newest first in the vault.</summary>
internal sealed class JobCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override async Task<IEnumerable<string>> NamesAsync(IFailbackService service, CancellationToken cancellation) =>
        (await service.GetJobsAsync(cancellation).ConfigureAwait(false)).Select(job => job.Name);
}
