namespace AsrFailback.Replication.Tests;

/// <summary>Tests that measure what the whole program allocates: no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
