using System.Collections.Immutable;

namespace AsrFailback.Engine;

/// <content>Which networks are mapped to which (FO-12).</content>
public sealed partial class FailbackEngine
{
    private const string MappingKind = "networkMapping";

    private readonly object _mappingChange = new();
    private ImmutableArray<NetworkMapping> _mappings = [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkMapping>> GetNetworkMappingsAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<NetworkMapping>>(NetworkMappings);

    /// <summary>All mappings, by the site they lead from.</summary>
    internal ImmutableArray<NetworkMapping> NetworkMappings
    {
        get
        {
            lock (_mappingChange)
            {
                return _mappings;
            }
        }
    }

    /// <summary>Keeps a mapping in place of the one of its network to that site.</summary>
    internal void Map(NetworkMapping mapping)
    {
        lock (_mappingChange)
        {
            var key = KeyOf(FindMapping(mapping.PrimaryFabric, mapping.PrimaryNetwork, mapping.RecoveryFabric) ?? mapping);
            _store.Put(MappingKind, key, EngineJson.Write(mapping), _store.Find(MappingKind, key)?.Version ?? 0);
            ReadMappings();
        }
    }

    /// <summary>Forgets the mapping of a network to a site.</summary>
    internal void Unmap(NetworkMapping mapping)
    {
        lock (_mappingChange)
        {
            _store.Delete(MappingKind, KeyOf(mapping));
            ReadMappings();
        }
    }

    /// <summary>The mapping of a network to a site; null when there is none.</summary>
    internal NetworkMapping? FindMapping(string fabric, string network, string recoveryFabric) => NetworkMappings.FirstOrDefault(mapping =>
        IsName(mapping.PrimaryFabric, fabric) && IsName(mapping.PrimaryNetwork, network) && IsName(mapping.RecoveryFabric, recoveryFabric));

    // Those of a site that is forgotten would count for another one of its name.
    private void UnmapAll(string fabric)
    {
        foreach (var mapping in NetworkMappings.Where(mapping => IsName(mapping.PrimaryFabric, fabric) || IsName(mapping.RecoveryFabric, fabric)))
        {
            Unmap(mapping);
        }
    }

    private void ReadMappings() => _mappings =
        [.. _store.List(MappingKind).Select(document => EngineJson.Read<NetworkMapping>(document.Json)).OrderBy(KeyOf, StringComparer.OrdinalIgnoreCase)];

    // As it was written when it was mapped first: the store does not know all letters without case. No name holds a slash, but a network's may: it comes last.
    private static string KeyOf(NetworkMapping mapping) => $"{mapping.PrimaryFabric}/{mapping.RecoveryFabric}/{mapping.PrimaryNetwork}";
}
