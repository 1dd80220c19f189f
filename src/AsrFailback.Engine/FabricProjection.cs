namespace AsrFailback.Engine;

/// <summary>A fabric as users see it; one that cannot be read shows why.</summary>
internal static class FabricProjection
{
    /// <summary>The fabric.</summary>
    public static Fabric Of(FailbackEngine engine, string name)
    {
        var fabric = new Fabric { Id = engine.Vault.Id.Child("replicationFabrics", name), Name = name, Path = engine.FabricPath(name)! };
        try
        {
            var site = engine.Site(name);
            var inventory = site.Snapshot();
            return fabric with
            {
                Type = inventory.Kind, Reachable = inventory.Reachable, Connected = inventory.Connected, Machines = inventory.Machines.Count,
                HealthErrors = site.Outage is { } outage ? [outage] : [],
            };
        }
        catch (AsrException failure)
        {
            return fabric with { HealthErrors = [failure.Error] };
        }
    }
}
