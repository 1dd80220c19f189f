namespace AsrFailback.Core.Protection;

/// <summary>A row: where an item stands, and what the disks of the side it does not run on are afterwards.</summary>
/// <param name="When">Where it stands, in words.</param>
/// <param name="Applies">Whether an item stands there.</param>
/// <param name="Starts">Whether the machine is started again where it ran.</param>
/// <param name="Disks">The disks of the other side; null where disabling is refused.</param>
public sealed record DisableRow(string When, Predicate<ProtectionFacts> Applies, bool Starts, LeftDisks? Disks);

/// <summary>
/// What disabling a protection leaves, wherever an item stands. The machine stays on its active side and no disk of either
/// side is deleted; the recovery points are. The first row that applies counts. Pure, thread-safe.
/// </summary>
public static class DisableTable
{
    /// <summary>The rows; every item stands in one of them.</summary>
    public static IReadOnlyList<DisableRow> Rows { get; } =
    [
        new("an enabling that was stopped", facts => facts.Phase == Phase.Unprotected, Starts: false, LeftDisks.Unfinished),
        new("a test failover exists", facts => facts is { Phase: Phase.Protected, TestFailover: not null }, Starts: false, Disks: null),
        new("a failover that was stopped once the sides changed", facts => facts is { Phase: Phase.Protected, Switching: true }, Starts: true, LeftDisks.Unknown),
        new("a failback that was stopped once the machine was shut down", facts => facts is { Phase: not Phase.CommitPending, ShutDown: true, HomeInconsistent: true }, Starts: true, LeftDisks.Unfinished),
        new("a failback was stopped while its data was sent", facts => facts is { Phase: not Phase.CommitPending, HomeInconsistent: true }, Starts: false, LeftDisks.Unfinished),
        new("a failover that was stopped once the machine was shut down", facts => facts is { Phase: Phase.Protected, ShutDown: true }, Starts: true, LeftDisks.Replica),
        new("protected", facts => facts.Phase == Phase.Protected, Starts: false, LeftDisks.Replica),
        new("a failover that waits for its commit", facts => facts.Phase == Phase.CommitPending, Starts: false, Disks: null),
        new("committed away from home", facts => facts.ActiveSide == Side.Recovery, Starts: false, LeftDisks.Former),
        new("committed at home", facts => facts.ActiveSide == Side.Home, Starts: false, LeftDisks.Seed),
    ];

    /// <summary>The row of an item.</summary>
    public static DisableRow RowOf(ProtectionFacts facts) => Rows.First(row => row.Applies(facts));

    /// <summary>What disabling an item would leave; null where it is refused.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="points">How many recovery points it has.</param>
    public static LeftByDisabling? Of(ProtectionFacts facts, int points) => RowOf(facts) is { Disks: { } disks } row
        ? new LeftByDisabling(facts.FabricOf(facts.ActiveSide), row.Starts, facts.FabricOf(facts.ActiveSide.Other()), disks, points)
        : null;
}
