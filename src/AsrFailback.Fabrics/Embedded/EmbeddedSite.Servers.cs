using AsrFailback.Core.Errors;

namespace AsrFailback.Fabrics.Embedded;

/// <content>The servers in a site's inventory.</content>
public sealed partial class EmbeddedSite
{
    /// <summary>Adds a process server to the inventory, or changes the one of that name.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public void PutProcessServer(ProcessServer server) => ChangeInventory(site => site with
    {
        ProcessServers = [.. site.ProcessServers.Where(other => !IsNamed(other.Name, server.Name)), server],
    });

    /// <summary>Takes a process server off the inventory.</summary>
    public void RemoveProcessServer(string name) => ChangeInventory(site => site with
    {
        ProcessServers = [.. site.ProcessServers.Where(server => !IsNamed(server.Name, name))],
    });

    /// <summary>Adds a master target to the inventory, or changes the one of that name.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>PathOutsideSite</c>.</exception>
    public void PutMasterTarget(MasterTarget server) => ChangeInventory(site => With(site, server));

    /// <summary>What would be wrong with the inventory if it had that master target; null when nothing.</summary>
    public AsrError? MistakeIn(MasterTarget server)
    {
        try
        {
            SiteRules.Require(_root, InventoryPath, With(ReadSite(), server));
            return null;
        }
        catch (AsrException mistake)
        {
            return mistake.Error;
        }
    }

    /// <summary>Takes a master target off the inventory.</summary>
    public void RemoveMasterTarget(string name) => ChangeInventory(site => site with
    {
        MasterTargets = [.. site.MasterTargets.Where(server => !IsNamed(server.Name, name))],
    });

    private static SiteDocument With(SiteDocument site, MasterTarget server) => site with
    {
        MasterTargets = [.. site.MasterTargets.Where(other => !IsNamed(other.Name, server.Name)), server],
    };

    private void ChangeInventory(Func<SiteDocument, SiteDocument> change)
    {
        lock (_lock)
        {
            var changed = change(ReadSite());
            SiteRules.Require(_root, InventoryPath, changed);
            SiteUpgrade.KeepOlder(_files, InventoryPath);
            _json.Write(InventoryPath, changed);
        }
    }
}
