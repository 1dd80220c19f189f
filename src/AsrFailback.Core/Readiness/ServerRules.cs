namespace AsrFailback.Core.Readiness;

/// <summary>How new things of an inventory come to be seen (TO-10).</summary>
/// <param name="NowUtc">The moment, UTC.</param>
/// <param name="RefreshedUtc">When somebody asked to read the inventory anew, UTC; null for never.</param>
/// <param name="Delay">How long new things take without that.</param>
public sealed record Discovery(DateTimeOffset NowUtc, DateTimeOffset? RefreshedUtc, TimeSpan Delay)
{
    /// <summary>How long it takes in the field.</summary>
    public static readonly TimeSpan UsualDelay = TimeSpan.FromMinutes(15);
}

/// <summary>What makes a process server usable, and when new things of an inventory show.</summary>
public static class ServerRules
{
    /// <summary>A server that has not reported for longer is taken for dead (TO-04, ours).</summary>
    public static readonly TimeSpan HeartbeatLimit = TimeSpan.FromMinutes(15);

    /// <summary>The process server a reprotect uses: the named one, or the first that can be used, those of the source first.</summary>
    public static ProcessServer? Choose(SiteView source, SiteView target, string? name, DateTimeOffset now)
    {
        var servers = source.Inventory.ProcessServers.Concat(target.Inventory.ProcessServers);
        return name is not null
            ? servers.FirstOrDefault(server => Words.Same(server.Name, name))
            : servers.FirstOrDefault(server => IsAlive(server, now)) ?? servers.FirstOrDefault();
    }

    /// <summary>Whether a heartbeat is recent enough; where none are recorded nothing can be said against it.</summary>
    public static bool IsRecent(DateTimeOffset? heartbeat, DateTimeOffset now) => heartbeat is null || now - heartbeat <= HeartbeatLimit;

    /// <summary>Whether something that was added shows: after some time, or after the inventory was read anew (TO-10).</summary>
    /// <param name="addedUtc">When it was added, UTC; null for always.</param>
    /// <param name="discovery">How the site's inventory is discovered.</param>
    public static bool Shows(DateTimeOffset? addedUtc, Discovery discovery) =>
        addedUtc is null || addedUtc <= discovery.RefreshedUtc || discovery.NowUtc - addedUtc >= discovery.Delay;

    /// <summary>Ports of a process server that do not answer.</summary>
    public static IEnumerable<int> ClosedPorts(ProcessServer server) =>
        server.ClosedPorts.Where(port => port == ProcessServer.ControlPort || port == server.Port);

    /// <summary>Whether a process server works as far as anybody can tell.</summary>
    public static bool IsAlive(ProcessServer server, DateTimeOffset now) =>
        server is { Answers: true, ReachesConfigurationServer: true } && IsRecent(server.LastHeartbeatUtc, now) && !ClosedPorts(server).Any();
}
