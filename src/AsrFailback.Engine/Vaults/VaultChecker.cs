using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Operations;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Vaults;

/// <summary>Reads everything of a vault and its sites, changes nothing, names what is wrong.</summary>
public static class VaultChecker
{
    /// <summary>Checks a vault that no process has open.</summary>
    /// <exception cref="AsrException"><c>VaultMissing</c>, <c>VaultInUse</c>, <c>StateDamaged</c>.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static VaultCheck Check(string folder, EngineOptions options, CancellationToken cancellation = default)
    {
        VaultFolder.RequireVault(folder);
        using var owner = VaultOwner.Take(folder, options.Clock);
        var copy = Directory.CreateTempSubdirectory("asr-check-");
        try
        {
            using var store = VaultFolder.OpenState(CopyState(folder, copy.FullName), options);
            return new Run(Path.GetFullPath(folder), options, store, cancellation).Everything();
        }
        catch (AsrException wrong) when (wrong.Error.Message.Contains(copy.FullName, StringComparison.Ordinal))
        {
            throw new AsrException(wrong.Error with { Message = wrong.Error.Message.Replace(copy.FullName, Path.GetFullPath(folder), StringComparison.Ordinal) }, wrong);
        }
        catch (IOException cannotCopy)
        {
            throw ErrorCatalogue.Caused(cannotCopy, "FileError", copy.FullName, cannotCopy.Message);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    // Opening a state whose last change was interrupted rolls that change back. Looking must not; so a copy is opened.
    private static string CopyState(string folder, string copy)
    {
        foreach (var file in Directory.EnumerateFiles(folder, Path.GetFileName(VaultFolder.StatePath(folder)) + "*"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private sealed class Run(string folder, EngineOptions options, IStateStore store, CancellationToken cancellation)
    {
        private readonly List<string> _examined = [];
        private readonly List<string> _findings = [];

        public VaultCheck Everything()
        {
            _examined.Add("state store");
            _findings.AddRange(store.Check());
            _examined.Add("audit log");
            _findings.AddRange(AuditLog.Check(store));
            var vault = EngineJson.Read<VaultDocument>(store.Find("vault", "vault")?.Json ?? throw ErrorCatalogue.Exception("StateDamaged", folder, "it names no vault"));
            var sites = store.List("fabric").Select(document => OpenSite(document, vault.Id)).OfType<EmbeddedSite>().ToDictionary(site => site.Name, StringComparer.OrdinalIgnoreCase);
            foreach (var site in sites.Values)
            {
                Guarded($"site {site.Name}", () => CheckSite(site));
            }

            var items = ItemState.Load(store).Select(item => item.Facts).ToArray();
            foreach (var facts in items)
            {
                Guarded($"item {facts.Item}", () => CheckItem(facts, sites));
            }

            foreach (var site in sites.Values.Where(site => site.IsReachable))
            {
                Guarded($"test machines at {site.Name}", () => CheckTestMachines(site, items));
            }

            return new VaultCheck(_examined, _findings);
        }

        private EmbeddedSite? OpenSite(StoredDocument document, Guid vaultId)
        {
            EmbeddedSite? site = null;
            Guarded($"fabric {document.Key}", () =>
            {
                var path = EngineJson.Read<FabricDocument>(document.Json).Path;
                site = new EmbeddedSite(options.Files, document.Key, Path.GetFullPath(path, Path.GetDirectoryName(folder)!));
                site.RequireNotForeign(vaultId);
            });
            return site;
        }

        private void CheckSite(EmbeddedSite site)
        {
            var inventory = site.Snapshot();
            if (!inventory.Reachable)
            {
                _examined.Add($"site {site.Name} is unreachable in a rehearsed outage: its disks and journals are not examined");
                return;
            }

            foreach (var machine in inventory.Machines.Where(machine => !EmbeddedSite.IsTestMachine(machine)))
            {
                Guarded($"disks of {machine.Name} at {site.Name}", () => Close(site.OpenDisks(machine.Name, writable: false)));
            }
        }

        private void CheckItem(ProtectionFacts facts, Dictionary<string, EmbeddedSite> sites)
        {
            if (!sites.TryGetValue(facts.FabricOf(facts.ActiveSide), out var activeSite)
                || !sites.TryGetValue(facts.FabricOf(facts.ActiveSide.Other()), out var targetSite))
            {
                _findings.Add($"item {facts.Item}: not examined, because a site of it cannot be read");
                return;
            }

            var active = new ItemPlaces(activeSite, facts.Item, facts.MasterTarget, facts.RetentionVolume);
            var target = new ItemPlaces(targetSite, facts.Item, facts.MasterTarget, facts.RetentionVolume);
            if (facts.Phase == Phase.Protected && !facts.Switching && targetSite.IsReachable)
            {
                Guarded($"journal of {facts.Item} at {target.Site.Name}", () => CheckJournal(facts, target));
            }

            foreach (var (places, map) in new[] { (active, active.Intents), (active, active.Divergence), (target, target.Intents) })
            {
                // A machine that was removed after its failback leaves its maps behind; they are void.
                if (options.Files.Exists(map) && (places == active || places.Site.FindMachine(facts.Item) is not null))
                {
                    Guarded(map, () => CheckRegions(places, map));
                }
            }

            if (ImageStamps.Changed(options.Files, activeSite, facts.Item, active.MachineStamps))
            {
                _examined.Add($"disks of {facts.Item} at {activeSite.Name} are not as they were closed: everything will be compared");
            }
        }

        // A job that has not ended may have been about to make, or to remove, its machine.
        private void CheckTestMachines(EmbeddedSite site, IReadOnlyList<ProtectionFacts> items)
        {
            var jobs = new JobStore(store, mostEnded: int.MaxValue); // a check removes nothing
            var known = items.Where(facts => facts.TestFailover is not null || jobs.BusyWith(facts.Item, asJob: null) is not null).Select(facts => TestFailoverOperation.MachineName(facts.Item));
            var machines = site.Snapshot().Machines.Where(EmbeddedSite.IsTestMachine).Select(machine => machine.Name);
            var written = items.Select(facts => TestFailoverOperation.MachineName(facts.Item)).Where(name => SitePath.IsName(name) && site.HasTestMachine(name));
            _findings.AddRange(machines.Union(written, StringComparer.OrdinalIgnoreCase).Except(known, StringComparer.OrdinalIgnoreCase)
                .Select(machine => $"test machine {machine} at {site.Name}: no test failover knows it; Clear-AsrTestFailover removes it"));
        }

        private void CheckJournal(ProtectionFacts facts, ItemPlaces target)
        {
            var disks = target.Site.OpenDisks(facts.Item, writable: false);
            try
            {
                var found = JournalChecker.Check(options.Files, target.Journal(facts.ReplicationEpoch), target.Manifests, disks, cancellation);
                _findings.AddRange(found.Findings);
                _examined.Add($"replica of {facts.Item} at {target.Site.Name}: {found.BlocksCompared} blocks compared, {found.BlocksUnknown} without a digest yet");
            }
            finally
            {
                Close(disks);
            }
        }

        private void CheckRegions(ItemPlaces places, string path)
        {
            var sizes = places.Site.GetMachine(places.Machine).Disks.Select(disk => disk.CapacityBytes).ToArray();
            using var map = IntentBitmap.Open(options.Files, path, sizes, writable: false);
            if (map is null)
            {
                _findings.Add($"{path}: unusable; the next synchronisation compares everything");
            }
            else if (map.DamagedSectors > 0)
            {
                _findings.Add($"{path}: {map.DamagedSectors} damaged sectors; the next synchronisation compares what they cover");
            }
        }

        private void Guarded(string what, Action look)
        {
            _examined.Add(what);
            try
            {
                look();
            }
            catch (AsrException wrong)
            {
                _findings.Add($"{what}: {wrong.Error.Message}");
            }
        }

        private static void Close(IEnumerable<IBlockDevice> disks)
        {
            foreach (var disk in disks)
            {
                disk.Dispose();
            }
        }
    }
}
