using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine;
using AsrFailback.Replication.Nbd;

namespace AsrFailback.Node;

/// <summary>A protected machine that runs at a side of the open vault.</summary>
internal static class RunningMachine
{
    /// <summary>Its disks, by the names they have at the side where it runs.</summary>
    /// <exception cref="AsrException"><c>ItemNotFound</c>, <c>MachineNotServed</c>.</exception>
    public static async Task<IReadOnlyList<NbdExport>> ExportsAsync(FailbackEngine engine, string name, CancellationToken cancellation)
    {
        var item = await engine.GetProtectedItemAsync(name, cancellation).ConfigureAwait(false) ?? throw ErrorCatalogue.Exception("ItemNotFound", name);
        try
        {
            var machine = engine.OpenMachine(item.Name);
            var disks = engine.Site(item.ActiveFabric).GetMachine(item.Name).Disks;
            return NbdExport.Of(machine, [.. disks.Select(disk => disk.Name)]);
        }
        catch (AsrException closed) when (closed.Error.Id == "MachineClosed")
        {
            throw ErrorCatalogue.Caused(closed, "MachineNotServed", item.Name, engine.Vault.Name, (await WhyNotAsync(engine, item, closed.Error, cancellation).ConfigureAwait(false)).Message);
        }
    }

    private static async Task<AsrError> WhyNotAsync(FailbackEngine engine, ProtectedItem item, AsrError closed, CancellationToken cancellation) =>
        item.HealthErrors.Count > 0 ? item.HealthErrors[0]
        : item.CurrentJob is { } name && await engine.GetJobAsync(name, cancellation).ConfigureAwait(false) is { } job ? BusyError.Of(item.Name, job)
        : closed;
}
