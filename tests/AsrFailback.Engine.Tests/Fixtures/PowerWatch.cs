using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Looks at both sites before every change of a file or of the vault's state: both reachable and both machines on is a
/// breach. Test machines have other names and do not count.
/// </summary>
internal sealed class PowerWatch
{
    private const string On = "\"power\": \"On\"";

    private readonly ConcurrentQueue<string> _breaches = new();

    public IReadOnlyCollection<string> Breaches => _breaches;

    public int Looks { get; private set; }

    public void Watch(DrWorld world)
    {
        world.Setup.OnFile = (operation, path) => Look(world, $"{operation} {path}");
        world.Setup.OnStore = change => Look(world, change);
    }

    public void Look(DrWorld world, string at)
    {
        Looks++;
        if (IsOnAndReachable(world.SiteRoot(DrWorld.Home)) && IsOnAndReachable(world.SiteRoot(DrWorld.Azure)))
        {
            _breaches.Enqueue(at);
        }
    }

    /// <summary>Whether the machine is on at a site, and was started there in that epoch.</summary>
    public static bool IsOn(string site, long epoch)
    {
        var state = StateAt(site);
        return state.Contains(On, StringComparison.Ordinal) && (long?)JsonNode.Parse(state)?["epoch"] == epoch;
    }

    private static bool IsOnAndReachable(string site) =>
        StateAt(site).Contains(On, StringComparison.Ordinal)
        && !Text(Path.Combine(site, "state", "site.json")).Contains("\"reachable\": false", StringComparison.Ordinal);

    // Read past the engine: its own state files, which are replaced as a whole.
    private static string StateAt(string site) => Text(Path.Combine(site, "state", "machines", $"{DrWorld.Item}.json"));

    private static string Text(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
