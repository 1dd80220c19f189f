using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Items;

/// <summary>Where an item's things are at a side.</summary>
internal sealed record ItemPlaces(EmbeddedSite Site, string Machine, string? MasterTarget, string? RetentionVolume)
{
    /// <summary>Regions the machine wrote here and the other side may lack.</summary>
    public string Intents => Path.Combine(Site.AgentFolder(Machine), "intent.map");

    /// <summary>Regions the old source wrote after the point that this side failed over to.</summary>
    public string Divergence => Path.Combine(Site.AgentFolder(Machine), "divergence.map");

    /// <summary>Stamps of the images when a machine closed them.</summary>
    public string MachineStamps => Path.Combine(Site.AgentFolder(Machine), "stamps.json");

    /// <summary>Digest manifests of the disks as a replica.</summary>
    public string Manifests => Retention;

    /// <summary>Stamps of the images when a journal closed them.</summary>
    public string ReplicaStamps => Path.Combine(Retention, "stamps.json");

    /// <summary>The journal of a replication to this side.</summary>
    /// <param name="replicationEpoch">The epoch in which it began.</param>
    public string Journal(long replicationEpoch) => Path.Combine(Retention, $"journal-{replicationEpoch}");

    /// <summary>The wrapped key of what is encrypted here (FO-06).</summary>
    public string WrappedKey => Path.Combine(Retention, "key.json");

    private string Retention => Site.RetentionFolder(Machine, MasterTarget, RetentionVolume);
}
