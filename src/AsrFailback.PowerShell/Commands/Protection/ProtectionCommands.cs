using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace AsrFailback.Commands;

/// <summary>Protects machines: initial replication to the recovery site, then recovery points.</summary>
[Cmdlet(VerbsLifecycle.Enable, "AsrProtection", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class EnableAsrProtectionCommand : JobCmdlet
{
    /// <summary>Machines, or their names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [Alias("Name")]
    public string[] Machine { get; set; } = [];

    /// <summary>The site the machine runs at; the only one that has it by default.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    [Alias("Fabric")]
    public string? HomeFabric { get; set; }

    /// <summary>The site to replicate to; the only Azure site of the vault by default.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string? RecoveryFabric { get; set; }

    /// <summary>Time between automatic crash-consistent points, 5 seconds to 12 hours.</summary>
    [Parameter]
    public TimeSpan PointInterval { get; set; } = ReplicationPolicy.Default.PointInterval;

    /// <summary>Points kept at most; the two newest are kept regardless.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxPoints { get; set; } = ReplicationPolicy.Default.MaxPoints;

    /// <summary>The replication group, whose machines have common recovery points; at most 16 machines of one family of operating systems.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReplicationGroup { get; set; }

    /// <summary>The group the machine fails over with; its failback group is made with it. By default the one of the two fabrics.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProtectionGroup { get; set; }

    /// <summary>What network interfaces become at the recovery site, a hashtable for each: Name, and Network, Address or DoNotCreate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? Nic { get; set; }

    /// <summary>How old a point may get, by the clock and by running time; the two newest points are kept regardless.</summary>
    [Parameter]
    public TimeSpan MaxAge { get; set; } = ReplicationPolicy.Default.MaxAge;

    /// <summary>How much work may be at risk before the item's health says so, 24 hours at most.</summary>
    [Parameter]
    public TimeSpan RpoThreshold { get; set; } = ReplicationPolicy.Default.RpoThreshold;

    /// <summary>Bytes of history kept at most; the two newest points are kept regardless.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaxHistoryBytes { get; set; } = ReplicationPolicy.Default.MaxHistoryBytes;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var machine in Machine)
        {
            EnableProtection? command = null;
            Run(machine, async (_, cancellation) => command = await CommandForAsync(machine, cancellation).ConfigureAwait(false));
            if (command is not null)
            {
                Submit(command);
            }
        }
    }

    private async Task<EnableProtection> CommandForAsync(string name, CancellationToken cancellation)
    {
        var sites = new SiteChoice(Service, cancellation);
        var recovery = RecoveryFabric ?? await sites.OnlyAsync(kind => kind == FabricKind.Azure, _ => true, nameof(RecoveryFabric)).ConfigureAwait(false);
        var home = HomeFabric ?? await sites.OnlyAsync(kind => kind != FabricKind.Azure, site => site.Machines.Any(one => IsNamed(one, name)), nameof(HomeFabric)).ConfigureAwait(false);
        var inventory = await Service.GetInventoryAsync(home, cancellation).ConfigureAwait(false);
        var machine = inventory.Machines.FirstOrDefault(one => IsNamed(one, name))?.Name ?? name;
        var policy = new ReplicationPolicy(PointInterval, MaxPoints, MaxHistoryBytes) { MaxAge = MaxAge, RpoThreshold = RpoThreshold };
        return new EnableProtection(machine, home, recovery, policy)
        {
            ReplicationGroup = ReplicationGroup, ProtectionGroup = ProtectionGroup, Nics = NicValues.Of(Nic),
        };
    }

    private static bool IsNamed(Machine machine, string name) => string.Equals(machine.Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Chooses a site where there is only one that fits.</summary>
internal sealed class SiteChoice(IFailbackService service, CancellationToken cancellation)
{
    /// <summary>The name of the only site of a kind that fits.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: none fits, or several do.</exception>
    public async Task<string> OnlyAsync(Predicate<FabricKind> isKind, Func<InventorySnapshot, bool> fits, string parameter)
    {
        var found = new List<string>();
        foreach (var fabric in (await service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabric.Type is { } kind && isKind(kind)))
        {
            if (fits(await service.GetInventoryAsync(fabric.Name, cancellation).ConfigureAwait(false)))
            {
                found.Add(fabric.Name);
            }
        }

        return found.Count == 1 ? found[0] : throw Core.Errors.ErrorCatalogue.Exception(
            "ArgumentInvalid", parameter, found.Count == 0 ? Messages.Get("NoSiteFits") : Messages.Get("SeveralSitesFit", string.Join(", ", found)));
    }
}

/// <summary>Stops protecting items; their machines stay where they run.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AsrProtection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class DisableAsrProtectionCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new DisableProtection(item);
}

/// <summary>Lists protected items, with what may be done now and why not the rest.</summary>
[Cmdlet(VerbsCommon.Get, "AsrProtectedItem")]
[OutputType(typeof(ProtectedItem))]
public sealed class GetAsrProtectedItemCommand : VaultCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Item")]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
    {
        var choice = new NameChoice(Name, "ItemNotFound");
        await foreach (var item in ChosenItems.OfAsync(Service, choice, cancellation).ConfigureAwait(false))
        {
            pump.Write(item);
        }

        pump.Errors(choice);
    });
}

/// <summary>The items a user asked for. Names are looked up: only a pattern is a reason to look at all items.</summary>
internal static class ChosenItems
{
    public static async IAsyncEnumerable<ProtectedItem> OfAsync(
        IFailbackService service, NameChoice choice, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var candidates = choice.Exact is { } names ? ByNameAsync(service, names, cancellation) : service.GetProtectedItemsAsync(cancellation);
        await foreach (var item in candidates.ConfigureAwait(false))
        {
            if (choice.Takes(item.Name))
            {
                yield return item;
            }
        }
    }

    private static async IAsyncEnumerable<ProtectedItem> ByNameAsync(
        IFailbackService service, IReadOnlyList<string> names, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            if (await service.GetProtectedItemAsync(name, cancellation).ConfigureAwait(false) is { } item)
            {
                yield return item;
            }
        }
    }
}

/// <summary>Says how far the target is behind, what is queued, and what is kept.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "AsrReplication")]
[OutputType(typeof(ReplicationStatus))]
public sealed class MeasureAsrReplicationCommand : VaultCmdlet
{
    /// <summary>Protected items, or their names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Item, async (pump, cancellation) =>
    {
        var choice = new NameChoice(Item, "ItemNotFound");
        await foreach (var item in ChosenItems.OfAsync(Service, choice, cancellation).ConfigureAwait(false))
        {
            pump.Write(await Service.GetReplicationAsync(item.Name, cancellation).ConfigureAwait(false));
        }

        pump.Errors(choice);
    });
}

/// <summary>Reads a whole replica and fetches the blocks that are damaged from the machine again.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "AsrReplication", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class RepairAsrReplicationCommand : ItemCmdlet
{
    private protected override FailbackCommand CommandFor(string item) => new RepairReplication(item);
}
