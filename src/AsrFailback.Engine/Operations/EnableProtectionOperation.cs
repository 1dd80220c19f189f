using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>Protects a machine: replica disks at the recovery site, initial replication, first point (RP-14).</summary>
internal sealed class EnableProtectionOperation(EnableProtection command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, CreateReplica, ReplicateInitially];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var checks = new List<CheckResult>();
        var facts = Engine.TryRuntimeOf(command.Item)?.State.Facts;
        var free = facts is null or { Phase: Phase.Unprotected };
        checks.Add(Result("NotProtected", "TO-01", free, "ItemExists", command.Item));
        var busyWith = Engine.Jobs.BusyWith(command.Item, asJob);
        checks.Add(CheckResult.Of("NotBusy", "FO-11", busyWith is null, () => BusyError.Of(command.Item, busyWith!)));
        checks.AddRange(PolicyChecks.Of(command.Policy));
        checks.AddRange(CheckProtectionGroup());
        var home = CheckSite(checks, "HomeFabric", command.HomeFabric);
        var recovery = CheckSite(checks, "RecoveryFabric", command.RecoveryFabric);
        if (home is not null && recovery is not null)
        {
            checks.Add(Result("NotCreatedInAzure", "RP-08", home.Kind != FabricKind.Azure, "MachineCreatedInAzure", command.Item));
            checks.Add(Result(
                "Direction", "FO-04", home.Kind == FabricKind.Azure || DirectionMatrix.Protects(home.Kind, recovery.Kind),
                "PathUnsupported", home.Kind, recovery.Kind, string.Join(", ", Paths())));
            checks.Add(Result("AzureNetwork", "TO-07", recovery.Kind != FabricKind.Azure || recovery.Networks.Count > 0, "AzureNetworkMissing", command.RecoveryFabric));
        }

        if (home is not null)
        {
            var machine = home.Machines.FirstOrDefault(machine => machine.Name == command.Item);
            var namesake = machine is null ? null : recovery?.Machines.FirstOrDefault(other => other.Name == machine.Name && other.Uuid != machine.Uuid);
            var runs = recovery?.Machines.Any(other => other.Name == command.Item && other.Power == PowerState.On) == true;
            checks.Add(Result("RecoveryMachineOff", "FO-04", !(runs && free), "RecoveryMachineRuns", command.Item, command.RecoveryFabric));
            checks.Add(Result("NoNamesake", "MT-11", namesake is null, "NameClash", command.Item, command.RecoveryFabric));
            checks.Add(Result("Machine", "RP-13", machine is not null, "MachineNotFound", command.Item, command.HomeFabric));
            checks.Add(Result("MachineConsistent", "FB-06", machine is not { Inconsistent: true }, "HomeInconsistent", command.Item, command.HomeFabric));
            var renamed = recovery?.Machines.FirstOrDefault(other => other.Uuid == machine?.Uuid && other.Name != command.Item);
            checks.Add(Result("ReplicaName", "MT-11", renamed is null, "ReplicaRenamed", command.Item, command.RecoveryFabric, renamed?.Name ?? ""));
            var sharer = machine is null ? null : home.Machines.FirstOrDefault(other => other.Name != machine.Name
                && other.Disks.Any(disk => machine.Disks.Any(own => own.File == disk.File)));
            checks.Add(Result("DisksOfItsOwn", "RP-12", sharer is null, "DiskShared", command.Item, sharer?.Name ?? "", command.HomeFabric));
            checks.AddRange(NicChecks.Of(FactsAsked() with { HomeNics = machine?.Nics, NicTargets = NicTargets.Changed([], command.Nics) }, machine is null ? null : command.Nics, Engine.NetworkMappings, recovery));
            checks.Add(Result("ProcessServer", "TO-04", home.Kind.IsHyperV() || home.ProcessServers.Count > 0, "NoProcessServer", command.HomeFabric));
            checks.Add(CheckLicence(home, machine));
            checks.Add(CheckPhysical(home, machine));
            checks.Add(CheckGroup(machine));
            checks.AddRange(CheckEncryption(home, recovery?.Kind, machine));
            checks.Add(CheckResult.Of("GroupSize", "RP-06", GroupSize() < FailbackEngine.MaxGroup, () => ErrorCatalogue.Error(
                "GroupFull", command.ReplicationGroup!, GroupSize(), FailbackEngine.MaxGroup)));
        }

        return checks;
    }

    public override long? Estimate() => HomeMachine().Disks.Sum(disk => disk.CapacityBytes);

    // What fails over with a free edition cannot come home to it: better known now than then (RP-09).
    private static CheckResult CheckLicence(InventorySnapshot home, Machine? machine)
    {
        var host = home.Hosts.FirstOrDefault(candidate => candidate.Name == machine?.Host);
        var free = string.Equals(host?.Licence, "Free", StringComparison.OrdinalIgnoreCase);
        return new CheckResult(
            "HostLicence", "RP-09", free ? CheckState.Warning : CheckState.Passed, host?.Licence ?? "", free ? ErrorCatalogue.Error("HostLicence", host!.Name) : null);
    }

    // Likewise a release that does not come home from a physical server (RP-10).
    private static CheckResult CheckPhysical(InventorySnapshot home, Machine? machine)
    {
        var stays = home.Kind == FabricKind.Physical && machine is not null && !MachineChecks.ReturnsFromPhysical(machine.Guest);
        return new CheckResult(
            "OperatingSystemReturns", "RP-10", stays ? CheckState.Warning : CheckState.Passed, machine?.Guest.Version ?? "",
            stays ? ErrorCatalogue.Error("PhysicalWindows2008", machine!.Name, machine.Guest.Version!) : null);
    }

    private int GroupSize() => command.ReplicationGroup is null ? 0 : Engine.GroupSize(command.ReplicationGroup, except: command.Item);

    // Machines of a group fail over along one path: its failback group leads home along the same one (TO-08).
    private IEnumerable<CheckResult> CheckProtectionGroup()
    {
        var group = ProtectionGroups.ForwardOf(command);
        var otherPath = Engine.OtherPathInProtectionGroup(group, command.Item, command.HomeFabric, command.RecoveryFabric);
        yield return Result("ProtectionGroupName", "TO-08", command.ProtectionGroup is null || SitePath.IsName(group), "NameInvalid", group);
        yield return Result("ProtectionGroupForward", "TO-08", !ProtectionGroups.IsFailback(group), "ProtectionGroupReserved", group);
        yield return Result("ProtectionGroupFabrics", "TO-08", otherPath is null, "ProtectionGroupOfOthers", group, otherPath ?? "");
    }

    // A group of both families can be made, but never goes home (RP-07).
    private CheckResult CheckGroup(Machine? machine)
    {
        var mixed = machine is not null && Engine.GroupOf(FactsAsked()).Any(member => member.OperatingSystem != machine.OperatingSystem);
        return new CheckResult(
            "GroupFamily", "RP-07", mixed ? CheckState.Warning : CheckState.Passed, command.ReplicationGroup ?? "",
            mixed ? ErrorCatalogue.Error("GroupMixed", command.ReplicationGroup!) : null);
    }

    private ProtectionFacts FactsAsked() => new()
    {
        Item = command.Item, HomeFabric = command.HomeFabric, RecoveryFabric = command.RecoveryFabric, Policy = command.Policy, ReplicationGroup = command.ReplicationGroup,
    };

    private static IEnumerable<string> Paths() =>
        DirectionMatrix.Rows.Where(row => DirectionMatrix.Protects(row.From, row.To)).Select(row => $"{row.From} → {row.To}");

    private InventorySnapshot? CheckSite(List<CheckResult> checks, string id, string fabric)
    {
        var known = Engine.FabricPath(fabric) is not null;
        checks.Add(Result(id, "TO-01", known, "FabricNotFound", fabric));
        if (!known)
        {
            return null;
        }

        var snapshot = Engine.Site(fabric).Snapshot();
        checks.Add(Result(id + "Reachable", "TO-01", snapshot.Reachable, "SiteUnreachable", fabric));
        return snapshot;
    }

    private async Task CreateReplica(TaskContext context)
    {
        // An attempt that was stopped may still replicate.
        if (Engine.TryRuntimeOf(command.Item) is { } stopped)
        {
            await stopped.DisposeAsync().ConfigureAwait(false);
        }

        var machine = HomeMachine();
        Engine.Site(command.RecoveryFabric).EnsureMachine(machine with { Nics = NicPlan.Waiting(machine.Nics) });
        var epoch = Math.Max(1, Math.Max(Engine.Site(command.HomeFabric).EpochOf(command.Item), Engine.Site(command.RecoveryFabric).EpochOf(command.Item)));
        var runtime = Engine.AddItem(new ProtectionFacts
        {
            Item = command.Item, HomeFabric = command.HomeFabric, RecoveryFabric = command.RecoveryFabric, Policy = PolicyChecks.WithScriptsAllowed(command.Policy),
            Epoch = epoch, ReplicationEpoch = epoch, HomeNics = machine.Nics, NicTargets = NicTargets.Changed([], command.Nics),
            ReplicationGroup = command.ReplicationGroup, ProtectionGroup = command.ProtectionGroup,
            HomeKind = Engine.Site(command.HomeFabric).Kind, RecoveryKind = Engine.Site(command.RecoveryFabric).Kind,
            Encryption = EncryptionOf(Engine.Site(command.HomeFabric).Snapshot(command.Item), Engine.Site(command.RecoveryFabric).Kind, machine),
        });
        ForgetEarlierProtection(runtime, machine);
        Engine.Keys.Create(runtime.State.Facts);
        Engine.RegisterMachine(command.HomeFabric, command.Item);
    }

    // Decided once: what lies in Azure is encrypted from its first byte to its last, or not at all (FO-06).
    private static CloudEncryption? EncryptionOf(InventorySnapshot home, FabricKind recovery, Machine? machine) =>
        home.Kind == FabricKind.Vmm && recovery == FabricKind.Azure && machine is { Cloud: { } cloud } && EncryptionChecks.ThumbprintOf(machine, home) is { } thumbprint
            ? new CloudEncryption(cloud, thumbprint)
            : null;

    // What it will have to be failed over with must be there, and valid (FO-06).
    private IEnumerable<CheckResult> CheckEncryption(InventorySnapshot home, FabricKind? recovery, Machine? machine)
    {
        if (EncryptionOf(home, recovery ?? FabricKind.VMware, machine) is not { } encryption)
        {
            yield break;
        }

        using var certificate = Engine.Keys.FindCertificate(command.HomeFabric, encryption.Thumbprint);
        yield return Result(
            "CloudCertificate", "FO-06", certificate is not null, "EncryptionCertificateNotIssued", encryption.Cloud, encryption.Thumbprint, command.HomeFabric);
        yield return Result(
            "CloudCertificateValid", "FO-06", certificate is null || certificate.NotAfterUtc > Engine.Options.Clock.GetUtcNow(), "EncryptionCertificateExpired",
            command.Item, encryption.Cloud, encryption.Thumbprint, $"{certificate?.NotAfterUtc:u}");
    }

    // Both sides may hold traces of an earlier protection. None of it may be believed: everything is compared.
    private void ForgetEarlierProtection(ItemRuntime runtime, Machine machine)
    {
        var files = Engine.Options.Files;
        var (home, recovery) = (runtime.At(Side.Home), runtime.At(Side.Recovery));
        IntentBitmap.Save(files, home.Intents, RegionMap.Full([.. machine.Disks.Select(disk => disk.CapacityBytes)]));
        RetentionJournal.Remove(files, recovery.Journal(runtime.State.Facts.ReplicationEpoch));
        RetentionJournal.ForgetDigests(files, recovery.Manifests);
        files.Delete(home.MachineStamps);
        files.Delete(recovery.ReplicaStamps);
    }

    private async Task ReplicateInitially(TaskContext context)
    {
        var runtime = Engine.RuntimeOf(command.Item);
        Engine.Site(command.HomeFabric).PowerOn(command.Item, runtime.State.Facts.Epoch);
        runtime.OpenMachine();
        await ReplicationProgress.SynchroniseAsync(runtime, "Initial replication", context).ConfigureAwait(false);
        runtime.State.Change(facts => facts with { Phase = Phase.Protected });
    }

    private Machine HomeMachine() => Engine.Site(command.HomeFabric).GetMachine(command.Item);

    private static CheckResult Result(string id, string requirement, bool passed, string errorId, params object[] arguments) =>
        CheckResult.Of(id, requirement, passed, () => ErrorCatalogue.Error(errorId, arguments));
}
