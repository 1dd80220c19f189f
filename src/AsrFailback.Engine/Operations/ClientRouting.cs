using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Hooks;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Tells a server outside where a machine runs, after its sides have changed (FO-12). The machine runs already: what cannot
/// be told is a warning. A repeat has the same key, which follows from the item and its epoch.
/// </summary>
internal static class ClientRouting
{
    /// <summary>How long all tries may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Tells it, where the item's policy says to whom.</summary>
    /// <exception cref="OperationCanceledException">The job was stopped; it tells once more when it goes on.</exception>
    public static async Task TellAsync(FailbackEngine engine, ItemRuntime runtime, TaskContext context)
    {
        var facts = runtime.State.Facts;
        if (facts.Policy.Routing is not { } hook)
        {
            return;
        }

        var fabric = facts.FabricOf(facts.ActiveSide);
        var machine = engine.TryFindMachine(facts, facts.ActiveSide);
        var body = EngineJson.Write(new Route(
            engine.Vault.Name, facts.Item, context.Record.Job.ScenarioName, facts.FabricOf(facts.ActiveSide.Other()), fabric, machine?.Network, machine?.PrimaryNic?.Address, facts.Epoch)
        {
            Nics = [.. (machine?.Nics ?? []).Select(nic => new RouteNic(nic.Name, nic.Network, nic.Address))],
        });
        var call = new HookCall(hook.Address, Encoding.UTF8.GetBytes(body), $"{engine.VaultGuid}/{facts.Item}/{facts.Epoch}", Patience) { TokenVariable = hook.TokenVariable };
        try
        {
            await engine.Hook.PostAsync(call, context.Cancellation).ConfigureAwait(false);
        }
        catch (AsrException untold)
        {
            context.Warn(ErrorCatalogue.Error("ClientsNotRouted", facts.Item, fabric, untold.Message));
        }
    }

    /// <summary>What is posted.</summary>
    /// <param name="Vault">The vault's name.</param>
    /// <param name="Item">The item's name.</param>
    /// <param name="Operation">The scenario of the job.</param>
    /// <param name="From">The fabric it ran at.</param>
    /// <param name="To">The fabric it runs at.</param>
    /// <param name="Network">The network of its primary interface there; null when it has none.</param>
    /// <param name="Address">The address of its primary interface there; null when it is not known.</param>
    /// <param name="Epoch">Grows at every change of sides: of two calls the one with the larger epoch counts.</param>
    private sealed record Route(string Vault, string Item, string Operation, string From, string To, string? Network, string? Address, long Epoch)
    {
        /// <summary>All its network interfaces there.</summary>
        public IReadOnlyList<RouteNic> Nics { get; init; } = [];
    }

    private sealed record RouteNic(string Name, string? Network, string? Address);
}
