using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The machine where it runs now, its agent, and the one that waits at the target.</summary>
public static class MachineChecks
{
    /// <summary>How long an agent may take to register after its machine was switched on (TO-06).</summary>
    public static readonly TimeSpan AgentWindow = TimeSpan.FromMinutes(15);

    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];
    private static readonly ProtectionOperation[] Homeward = [ProtectionOperation.Reprotect, ProtectionOperation.Failover];
    private static readonly ProtectionOperation[] IntoTarget = [ProtectionOperation.Failover, ProtectionOperation.TestFailover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("NotCreatedInAzure", "RP-08", Reprotect, _ => true, at => Outcome.Needs(
            at.Facts.OriginKind != FabricKind.Azure, $"{at.Facts.OriginKind}", "MachineCreatedInAzure", at.Facts.Item)),
        new("MachineExists", "RP-08", Homeward, at => at.TurnsAround && at.SeesSource, LookForMachine),
        new("ResourceGroup", "RP-08", Homeward, at => at.TurnsAround && at.SeesSource && at.Machine?.ResourceGroup is not null && at.Facts.ResourceGroup is not null, at => Outcome.Needs(
            Words.Same(at.Machine!.ResourceGroup, at.Facts.ResourceGroup), at.Machine!.ResourceGroup!,
            "MachineMoved", at.Facts.Item, at.Facts.ResourceGroup!, at.Machine!.ResourceGroup!)),
        new("MachineRunning", "RP-13", Homeward, at => at.TurnsAround && at.SeesSource && at.Machine is not null, at => Outcome.Needs(
            IsUp(at.Machine!), $"{at.Machine!.Power}", "MachineNotRunning", at.Facts.Item, at.Source.Inventory.Fabric)),
        new("AgentRegistered", "TO-06", Reprotect, RunsWithAgentToAskFor, LookAtAgent),
        new("AgentPath", "RP-13", Reprotect, RunsWithAgentToAskFor, at => Outcome.Needs(
            at.Machine!.Guest is { ReachesConfigurationServer: true, AgentServiceRunning: true }, PathSeen(at.Machine!.Guest),
            "ConfigurationServerUnreachable", at.Facts.Item, SiteChecks.OnPremises(at).Fabric)),
        new("OperatingSystemReturns", "RP-10", Reprotect, at => at.SeesTarget && !at.GoesToAzure && at.Facts.OriginKind == FabricKind.Physical && at.Machine is not null, at => Outcome.Needs(
            ReturnsFromPhysical(at.Machine!.Guest), at.Machine!.Guest.Version ?? "", "PhysicalWindows2008", at.Facts.Item, at.Machine!.Guest.Version ?? "")),
        new("NoNamesake", "MT-11", Reprotect, at => at.GoesToVSphere && at.Machine is not null && at.Replica is not null, at => Outcome.Needs(
            at.Replica!.Uuid == at.Machine!.Uuid, $"{at.Replica!.Uuid}", "NameClash", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("ReplicaName", "MT-11", Homeward, at => at.TurnsAround && at.SeesTarget && at.Machine is not null && at.Replica is null, at => Outcome.Needs(
            RenamedReplica(at) is null, RenamedReplica(at)?.Name ?? "", "ReplicaRenamed", at.Facts.Item, at.Target.Inventory.Fabric, RenamedReplica(at)?.Name ?? "")),
        new("DisksOfItsOwn", "MT-11", Homeward, at => at.SeesTarget, at => Outcome.Needs(
            Sharer(at) is null, Sharer(at)?.Name ?? "", "DiskShared", at.Facts.Item, Sharer(at)?.Name ?? "", at.Target.Inventory.Fabric)),
        new("HomeMachineOff", "RP-04", Reprotect, at => at.GoesToVSphere && at.Replica is not null, at => Outcome.Warns(
            at.Replica!.Power == PowerState.Off, $"{at.Replica!.Power}", "HomeMachineRuns", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("SnapshotsMerge", "RP-05", Reprotect, at => at.GoesToVSphere && at.Replica is { Snapshots: > 0 }, at => Outcome.Needs(
            at.Replica!.SnapshotsMerge, $"{at.Replica!.Snapshots}", "SnapshotMergeFails", at.Facts.Item, at.Replica!.Snapshots)),
        new("ReplicaThere", "FB-01", IntoTarget, at => at.SeesTarget && !at.BringsDataHome, LookForReplica),
        new("ReplicaDisks", "FB-01", IntoTarget, at => at.SeesTarget && !at.BringsDataHome && at.Replica is not null, at => Outcome.Needs(
            MissingDisks(at).Length == 0, MissingDisks(at), "ReplicaDiskMissing", at.Facts.Item, MissingDisks(at), at.Target.Inventory.Fabric)),
        new("ReplicaOff", "RP-04", [ProtectionOperation.Failover], at => at.SeesTarget && at.Replica is not null && at.Facts is { Phase: Phase.Protected, Switching: false }, at => Outcome.Needs(
            at.Replica!.Power == PowerState.Off, $"{at.Replica!.Power}", "ReplicaRuns", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("ReplicaTrusted", "RP-04", IntoTarget, at => at.Facts.Phase == Phase.Protected, LookAtTrust)
        {
            Skippable = true,
        },
        new("ReplicaSnapshots", "RP-05", [ProtectionOperation.Failover], at => at.GoesToVSphere && at.Replica is not null, at => Outcome.Warns(
            at.Replica!.Snapshots == 0, $"{at.Replica!.Snapshots}", "SnapshotsAppeared", at.Facts.Item, at.Replica!.Snapshots)),
        new("HostMemory", "ER-8038", [ProtectionOperation.Failover], at => at.GoesToVSphere && MemoryOf(at) is not null, at => Outcome.Needs(
            FreeMemory(at) >= at.Replica!.MemoryBytes, ByteSize.Format(FreeMemory(at)),
            "HostMemory", at.Facts.Item, at.Replica!.Host, ByteSize.Format(at.Replica!.MemoryBytes!.Value), ByteSize.Format(FreeMemory(at))))
        {
            Skippable = true,
        },
        new("AzureQuota", "ER", IntoTarget, at => at.GoesToAzure, at => Outcome.Needs(
            at.Target.Inventory.FreeMachineQuota is null or > 0, $"{at.Target.Inventory.FreeMachineQuota}", "AzureQuotaUsedUp", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("NetworkInterface", "ER", [ProtectionOperation.Failover], at => at.GoesToAzure && NicFindings.Arrives(at), NicFindings.LookForHolders),
        new("AddressInSubnet", "FO-12", [ProtectionOperation.Failover], NicFindings.Arrives, NicFindings.LookForOutside)
        {
            Skippable = true, // the machine counts for more than its address
        },
        new("BootsInAzure", "ER", IntoTarget, at => at.GoesToAzure && at.EitherMachine is not null, at => Outcome.Needs(
            at.EitherMachine!.Guest.BootsInAzure, "", "HydrationFails", at.Facts.Item)),
    ];

    /// <summary>Whether a machine that was protected as a physical server can come home with its system (RP-10).</summary>
    public static bool ReturnsFromPhysical(Guest guest) => guest.Version?.Contains("2008 R2 SP1", StringComparison.OrdinalIgnoreCase) != true;

    // The machine that waits at the target, under another name.
    private static Machine? RenamedReplica(Situation at) => at.Replica is null && at.Machine is { } machine ? at.Target.Find(machine.Uuid) : null;

    // A second owner of disks that are the machine's, or would be made for it.
    private static Machine? Sharer(Situation at)
    {
        var users = at.Replica is { } replica ? replica.Disks.SelectMany(disk => at.Target.WithDisk(disk.File)) : at.Target.WithDiskIn(at.Facts.Item);
        return users.FirstOrDefault(other => !Words.Same(other.Name, at.Facts.Item) && other != RenamedReplica(at));
    }

    private static string MissingDisks(Situation at) => Words.List(at.Replica!.Disks.Where(disk => !disk.Present).Select(disk => disk.File));

    private static bool IsUp(Machine machine) => machine is { Power: PowerState.On, Guest.Answers: true };

    // Hyper-V replicates its machines without an agent in them.
    private static bool RunsWithAgentToAskFor(Situation at) => at.Facts.Path == ProviderPath.InMage && at.SeesSource && at.SeesTarget && at.Machine is { } machine && IsUp(machine);

    private static string PathSeen(Guest guest) => guest.AgentServiceRunning ? "" : "InMage Scout Application";

    private static long? MemoryOf(Situation at) =>
        at.Replica is { MemoryBytes: not null } machine && at.Target.FindHost(machine.Host) is { FreeMemoryBytes: not null } ? machine.MemoryBytes : null;

    // What machines that are on their way there will take is promised.
    private static long FreeMemory(Situation at) =>
        Math.Max(0, at.Target.FindHost(at.Replica!.Host)!.FreeMemoryBytes!.Value - at.Around.Arriving.Value.MemoryOn(at.Replica!.Host));

    // While the machine is there, waiting for the comparison costs nothing but time; without it the replica is all there is.
    private static Outcome LookAtTrust(Situation at) => at.SeesSource
        ? Outcome.Needs(!at.Facts.ReplicaSuspect, "", "ReplicaSuspect", at.Facts.Item)
        : Outcome.Warns(!at.Facts.ReplicaSuspect, "", "ReplicaSuspect", at.Facts.Item);

    // One that is there under another name was renamed, not deleted.
    private static Outcome LookForMachine(Situation at) =>
        at.Machine is null && at.Replica is { } replica && at.Source.Find(replica.Uuid) is { } renamed
            ? Outcome.Needs(false, renamed.Name, "MachineRenamed", at.Facts.Item, at.Source.Inventory.Fabric, renamed.Name)
            : Outcome.Needs(at.Machine is not null, "", "MachineDeleted", at.Facts.Item, at.Source.Inventory.Fabric);

    private static Outcome LookForReplica(Situation at) => RenamedReplica(at) is { } renamed
        ? Outcome.Needs(false, renamed.Name, "ReplicaRenamed", at.Facts.Item, at.Target.Inventory.Fabric, renamed.Name)
        : Outcome.Needs(at.Replica is not null, "", "MachineNotFound", at.Facts.Item, at.Target.Inventory.Fabric);

    // Whether it is too early or too late to wait decides what to tell (ER).
    private static Outcome LookAtAgent(Situation at)
    {
        var machine = at.Machine!;
        if (machine is { Guest.AgentInstalled: true, AgentRegisteredUtc: { } registered })
        {
            return new Outcome(CheckState.Passed, Words.Time(registered), null);
        }

        var booted = machine.BootedUtc ?? DateTimeOffset.MinValue;
        return machine is { Guest.AgentInstalled: true, BootedUtc: not null } && at.NowUtc - booted < AgentWindow
            ? Outcome.Unless(ErrorCatalogue.Error("AgentNotRegisteredYet", machine.Name, Words.Time(booted), Words.Time(booted + AgentWindow)), Words.Time(booted))
            : Outcome.Needs(false, "", "AgentNotRegistered", machine.Name);
    }
}
