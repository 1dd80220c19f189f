using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What the caller should know of the outcome before it starts, and in the result (FO-03, FO-10, FO-12, RP-16).</summary>
public static class OutcomeChecks
{
    private static readonly ProtectionOperation[] Failover = [ProtectionOperation.Failover];
    private static readonly ProtectionOperation[] FromPoint = [ProtectionOperation.Failover, ProtectionOperation.TestFailover, ProtectionOperation.SwitchPoint];
    private static readonly ProtectionOperation[] TakenBack = [ProtectionOperation.SwitchPoint, ProtectionOperation.CancelFailover];

    /// <summary>The checks. All but the point only warn.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("Point", "FO-10", FromPoint, at => at.PointId is not null && (at.Around.Points.Count > 0 || at.BringsDataHome), at => Outcome.Needs(
            Chosen(at) is not null, $"{at.PointId}", "PointNotFound", at.PointId!)),
        new("PointAge", "FO-10", Failover, at => Chosen(at) is not null && !MustConfirm(at), at => Outcome.Warns(
            IsLatest(at, Chosen(at)!), Words.Time(Chosen(at)!.TimeUtc),
            "PointOlderThanLatest", at.Facts.Item, Words.Time(Chosen(at)!.TimeUtc), Seconds(at.Around.Points[^1].TimeUtc - Chosen(at)!.TimeUtc + at.Around.WrittenSinceNewest))),
        new("WritesSinceFailover", "FO-07", TakenBack, at => at.Facts.Phase == Phase.CommitPending, at => Outcome.Warns(
            at.Around.WrittenBytes == 0, $"{at.Around.Writes}",
            "WritesGivenUp", at.Facts.Item, at.Facts.StartedUtc is { } since ? Seconds(at.NowUtc - since) : "?", at.Around.Writes, ByteSize.Format(at.Around.WrittenBytes))),
        new("SourceAnswers", "FO-03", Failover, at => at.Failover is { ShutDownSource: true, Type: FailoverType.Unplanned }, LookAtSource),
        new("ExpectedLoss", "FO-03", Failover, at => at.Around.ExpectedLoss is not null && at.PointId is null && !TellsOfFault(at), at => Outcome.Warns(
            WillShutDown(at) || at.Around.ExpectedLoss == TimeSpan.Zero, $"{Seconds(at.Around.ExpectedLoss!.Value)} s",
            "LossExpected", at.Facts.Item, Words.Time(at.NowUtc - at.Around.ExpectedLoss!.Value), Seconds(at.Around.ExpectedLoss!.Value), at.Around.ExpectedLostWrites is { } writes ? writes : "?")),
        new("ShutdownTimeout", "FO-03", Failover, at => at.Failover?.ShutdownTimeout is not null, at => Within(
            "ShutdownTimeout", at.Failover!.ShutdownTimeout!.Value, StartFailover.MinShutdownTimeout, StartFailover.MaxShutdownTimeout)),
        new("RollBackAfter", "FO-07", Failover, at => at.Failover?.RollBackAfter is not null, at => Within(
            "RollBackAfter", at.Failover!.RollBackAfter!.Value, StartFailover.MinRollBackAfter, StartFailover.MaxRollBackAfter)),
        new("LinuxNetworkManager", "RP-16", Failover, at => at.ComesHome("Linux"), at => Outcome.Warns(
            false, at.OperatingSystem, "LinuxWithoutNetworkManager", at.Facts.Item)),
        new("LinuxStaticAddress", "RP-16", Failover, at => at.ComesHome("Linux"), NicFindings.LookForStatic),
        new("WindowsStaticAddress", "RP-16", Failover, at => at.ComesHome("Windows"), NicFindings.LookForUnrecorded),
        new("VMwareToolsState", "RP-16", Failover, at => LeavesVSphere(at) && Words.Same(at.OperatingSystem, "Windows"), at => Outcome.Warns(
            false, at.OperatingSystem, "VMwareToolsDisabled", at.Facts.Item)),
        new("AddressKept", "FO-12", Failover, NicFindings.IsKnown, NicFindings.LookForChanges),
        new("PublicAddress", "FO-12", Failover, at => at.GoesToAzure && NicFindings.HasPublic(at), NicFindings.LookForPublic),
        new("NetworkMapping", "FO-12", Failover, at => at.SeesTarget && NicFindings.WantsNetworks(at), NicFindings.LookForNetworks),
        new("WholeSubnet", "FO-12", Failover, NicFindings.KeepsSubnets, NicFindings.LookForStaying),
        new("DriveLetters", "FO-12", Failover, at => at.SeesTarget && Words.Same(at.OperatingSystem, "Windows"), at => Outcome.Warns(
            at.EitherMachine!.Disks.Count < 2, $"{at.EitherMachine!.Disks.Count}", "DriveLettersMayChange", at.Facts.Item)),
    ];

    // A site that does not answer is one thing, one that answers for a broken machine another.
    private static Outcome LookAtSource(Situation at) => SourceFaults.Of(at) is { } fault
        ? new Outcome(CheckState.Warning, fault.Message, SourceFaults.Warning(at.Facts.Item, fault, at.Around.ExpectedLoss))
        : Outcome.Warns(at.SeesSource, at.Source.Inventory.Fabric, "SourceAway", at.Facts.Item, at.Source.Inventory.Fabric);

    // It says what is lost as well.
    private static bool TellsOfFault(Situation at) => at.Failover is { ShutDownSource: true } && SourceFaults.Of(at) is not null;

    /// <summary>Whether an older point is refused: a planned failover loses nothing that nobody gave up (FO-10).</summary>
    internal static bool MustConfirm(Situation at) => at.Failover is { Type: FailoverType.Planned, AllowOlderPoint: false };

    /// <summary>Whether nothing was written since a point.</summary>
    internal static bool IsLatest(Situation at, RecoveryPoint point) => point.Id == at.Around.Points[^1].Id && at.Around.WrittenSinceNewest == TimeSpan.Zero;

    /// <summary>The point that the command names, where it is listed.</summary>
    internal static RecoveryPoint? Chosen(Situation at) =>
        at.PointId is { } id ? at.Around.Points.FirstOrDefault(point => point.Id == id) : null;

    private static bool WillShutDown(Situation at) => at.Failover is { ShutDownSource: true } && at.SeesSource && at.Source.Inventory.Connected && at.Target.Inventory.Connected;

    private static bool LeavesVSphere(Situation at) => at.Facts.HomeKind.IsVSphere() && at.GoesToAzure;

    private static Outcome Within(string name, TimeSpan given, TimeSpan least, TimeSpan most) => Outcome.Needs(
        given >= least && given <= most, $"{given}", "TimeOutOfRange", name, given, least, most);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 1);
}
