using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Changes the own policies of machines; what is not named stays as it is, and replication goes on meanwhile.</summary>
[Cmdlet(VerbsCommon.Set, "AsrProtection", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class SetAsrProtectionCommand : ItemCmdlet
{
    /// <summary>Time between automatic points, 5 seconds to 12 hours.</summary>
    [Parameter]
    public TimeSpan PointInterval { get; set; }

    /// <summary>Points kept at most; the two newest are kept regardless.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxPoints { get; set; }

    /// <summary>How old a point may get; the two newest are kept regardless.</summary>
    [Parameter]
    public TimeSpan MaxAge { get; set; }

    /// <summary>How much work may be at risk before the item's health says so, 24 hours at most.</summary>
    [Parameter]
    public TimeSpan RpoThreshold { get; set; }

    /// <summary>How old a test failover may get before it is cleaned up by itself, 5 minutes to 365 days; zero for any age.</summary>
    [Parameter]
    public TimeSpan TestFailoverLimit { get; set; }

    /// <summary>Bytes of history kept at most; the two newest points are kept regardless.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaxHistoryBytes { get; set; }

    /// <summary>How many bytes of data replication may send in a second, 64 KiB at least; zero for no limit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long BandwidthLimit { get; set; }

    /// <summary>When the limit begins to count each day, by the clock of this computer.</summary>
    [Parameter]
    public TimeOnly BandwidthFrom { get; set; }

    /// <summary>When the limit ceases to count each day.</summary>
    [Parameter]
    public TimeOnly BandwidthUntil { get; set; }

    /// <summary>Where it is posted that the machine runs elsewhere, after a failover or one that was taken back; empty for nowhere.</summary>
    [Parameter]
    [AllowEmptyString]
    public string RoutingHook { get; set; } = "";

    /// <summary>The environment variable that holds the bearer token of the hook; empty for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string RoutingTokenVariable { get; set; } = "";

    /// <summary>What network interfaces become at the recovery site, a hashtable for each: Name, and Network, Address or DoNotCreate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? Nic { get; set; }

    /// <summary>A program that brings the machine's applications to rest; its content is allowed as it is now.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FreezeScript { get; set; }

    /// <summary>A program that lets the applications go on; it runs after every freeze.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ThawScript { get; set; }

    /// <summary>How long each of the programs may take, 10 minutes at most.</summary>
    [Parameter]
    public TimeSpan QuiesceTimeout { get; set; }

    /// <summary>Time between automatic points that are application-consistent; zero for none.</summary>
    [Parameter]
    public TimeSpan AppConsistentInterval { get; set; }

    /// <summary>Forgets the programs, and with them automatic application-consistent points.</summary>
    [Parameter]
    public SwitchParameter NoQuiesce { get; set; }

    private protected override FailbackCommand? CommandFor(string item)
    {
        ReplicationPolicy? policy = null;
        Run(item, async (_, cancellation) =>
            policy = (await Service.GetProtectedItemAsync(item, cancellation).ConfigureAwait(false) ?? throw ErrorCatalogue.Exception("ItemNotFound", item)).ForwardPolicy);
        try
        {
            return policy is null ? null : new UpdateProtection(item, Changed(policy)) { Nics = NicValues.Of(Nic) };
        }
        catch (AsrException refusal)
        {
            WriteError(refusal.Error, item);
            return null;
        }
    }

    private ReplicationPolicy Changed(ReplicationPolicy policy) => new(
        Chosen(nameof(PointInterval), PointInterval, policy.PointInterval),
        Chosen(nameof(MaxPoints), MaxPoints, policy.MaxPoints),
        Chosen(nameof(MaxHistoryBytes), MaxHistoryBytes, policy.MaxHistoryBytes))
    {
        MaxAge = Chosen(nameof(MaxAge), MaxAge, policy.MaxAge),
        RpoThreshold = Chosen(nameof(RpoThreshold), RpoThreshold, policy.RpoThreshold),
        TestFailoverLimit = Chosen(nameof(TestFailoverLimit), TestFailoverLimit == TimeSpan.Zero ? null : TestFailoverLimit, policy.TestFailoverLimit),
        Bandwidth = Changed(policy.Bandwidth),
        Routing = Changed(policy.Routing),
        Quiesce = NoQuiesce ? null : Changed(policy.Quiesce),
        AppConsistentInterval = NoQuiesce ? null : Chosen(nameof(AppConsistentInterval), AppConsistentInterval == TimeSpan.Zero ? null : AppConsistentInterval, policy.AppConsistentInterval),
    };

    private BandwidthLimit? Changed(BandwidthLimit? limit) => Chosen(nameof(BandwidthLimit), BandwidthLimit, limit?.BytesPerSecond ?? 0) is > 0 and var perSecond
        ? new BandwidthLimit(perSecond)
        {
            From = Chosen(nameof(BandwidthFrom), BandwidthFrom, limit?.From), Until = Chosen(nameof(BandwidthUntil), BandwidthUntil, limit?.Until),
        }
        : null;

    private RoutingHook? Changed(RoutingHook? hook) => Chosen(nameof(RoutingHook), RoutingHook, hook?.Address ?? "") is { Length: > 0 } address
        ? new RoutingHook(address)
        {
            TokenVariable = Chosen(nameof(RoutingTokenVariable), RoutingTokenVariable.Length == 0 ? null : RoutingTokenVariable, hook?.Address == address ? hook.TokenVariable : null),
        }
        : null;

    // Both programs or none: applications that are brought to rest must be let go.
    private QuiesceScripts? Changed(QuiesceScripts? scripts)
    {
        var (freeze, thaw) = (FreezeScript is null ? scripts?.Freeze : FullPath(FreezeScript), ThawScript is null ? scripts?.Thaw : FullPath(ThawScript));
        return freeze is null && thaw is null
            ? scripts
            : new QuiesceScripts(
                freeze ?? throw ErrorCatalogue.Exception("ArgumentInvalid", nameof(ThawScript), Messages.Get("BothScripts")),
                thaw ?? throw ErrorCatalogue.Exception("ArgumentInvalid", nameof(FreezeScript), Messages.Get("BothScripts")))
            {
                FreezeSha256 = FreezeScript is null ? scripts?.FreezeSha256 : null, // what is named is allowed as it is now
                ThawSha256 = ThawScript is null ? scripts?.ThawSha256 : null,
                Timeout = Chosen(nameof(QuiesceTimeout), QuiesceTimeout, scripts?.Timeout ?? QuiesceScripts.DefaultTimeout),
            };
    }

    private T Chosen<T>(string parameter, T asked, T before) => MyInvocation.BoundParameters.ContainsKey(parameter) ? asked : before;
}
