namespace AsrFailback.Core.Ports;

/// <summary>
/// A site of the outside world. Calls are synchronous, idempotent and durable when they return; a site that does not
/// answer throws <see cref="AsrException"/> <c>SiteUnreachable</c>. Thread-safe.
/// </summary>
public interface IFabric
{
    /// <summary>The fabric's name in the vault.</summary>
    string Name { get; }

    /// <summary>Its kind.</summary>
    FabricKind Kind { get; }

    /// <summary>The inventory now; an unreachable site still answers with <c>Reachable</c> false.</summary>
    InventorySnapshot Snapshot();

    /// <summary>Binds the site to a vault; a site of another vault is refused (<c>ForeignSite</c>).</summary>
    void Claim(Guid vaultId);

    /// <summary>Switches a machine on under an epoch.</summary>
    void PowerOn(string machine, long epoch);

    /// <summary>Switches a machine off.</summary>
    void PowerOff(string machine);

    /// <summary>Creates a machine that is off, with empty disks of the given capacities, where it does not exist yet.</summary>
    /// <param name="like">What it is to be like.</param>
    /// <param name="host">The host of a new machine; null for one that mounts its datastore.</param>
    /// <param name="datastore">The datastore of a new machine's disks; null for the first one.</param>
    Machine EnsureMachine(Machine like, string? host = null, string? datastore = null);

    /// <summary>Removes a machine's definition; its disks stay as the seed of a later protection.</summary>
    void RemoveMachine(string machine);
}
