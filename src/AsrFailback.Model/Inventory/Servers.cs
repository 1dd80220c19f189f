using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A process server (TO-04).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">Data port.</param>
public sealed record ProcessServer(string Name, int Port)
{
    /// <summary>The port it is controlled through.</summary>
    public const int ControlPort = 443;

    /// <summary>The data port unless another was chosen.</summary>
    public const int UsualPort = 9443;

    /// <summary>Ports that do not answer although they should.</summary>
    public IReadOnlyList<int> ClosedPorts { get; init; } = [];

    /// <summary>Whether it answers a ping.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Whether it can reach the configuration server.</summary>
    public bool ReachesConfigurationServer { get; init; } = true;

    /// <summary>When it reported last, UTC; null where heartbeats are not recorded.</summary>
    public DateTimeOffset? LastHeartbeatUtc { get; init; }

    /// <summary>Its address; null when it is not known.</summary>
    public string? Address { get; init; }

    /// <summary>The network it is attached to; null when it is not known.</summary>
    public string? Network { get; init; }

    /// <summary>Name of its administrator account; null when it is not known.</summary>
    public string? AdministratorName { get; init; }

    /// <summary>When it was registered, UTC; null when it was always there. It shows after some time, or after a refresh (TO-10).</summary>
    public DateTimeOffset? AddedUtc { get; init; }

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A configuration server (TO-02).</summary>
/// <param name="Name">Its name.</param>
public sealed record ConfigurationServer(string Name)
{
    /// <summary>The vCenter it discovers; null without one. Kept by the site.</summary>
    [JsonIgnore]
    public string? VCenter { get; init; }

    /// <summary>Its address; null when it is not known (TO-03).</summary>
    public string? Address { get; init; }

    /// <summary>Whether it is up and connected.</summary>
    public bool Connected { get; init; } = true;

    /// <summary>The data port it was set up with; process servers must use the same (TO-04).</summary>
    public int DataPort { get; init; } = ProcessServer.UsualPort;

    /// <summary>What its account may do at the vCenter: <c>Full</c> or <c>ReadOnly</c> (RP-11).</summary>
    public string AccountRights { get; init; } = "Full";

    /// <summary>The machines in its database; null when the list is not known. Kept by the site.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary>Why its database cannot be read; null when it can. Kept by the site.</summary>
    [JsonIgnore]
    public AsrError? DatabaseFault { get; init; }

    /// <summary>The servers that registered with it. Kept by the site.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The address under which each machine and server registered, by name, where it is known (TO-03). Kept by the site.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Addresses { get; init; } = new Dictionary<string, string>();

    /// <summary>When its database was saved last, UTC; null when it never was. Kept by the site.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastBackupUtc { get; init; }

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>How a site on premises is connected to Azure (TO-07).</summary>
/// <param name="Kind"><c>SiteToSiteVpn</c>, <c>ExpressRoutePrivate</c>, <c>ExpressRoutePublic</c> or <c>Internet</c>.</param>
public sealed record Connection(string Kind)
{
    /// <summary>Round-trip time in milliseconds; null when it was not measured.</summary>
    public double? LatencyMilliseconds { get; init; }

    /// <summary>Megabits a second; null when it was not measured.</summary>
    public double? MegabitsPerSecond { get; init; }
}
