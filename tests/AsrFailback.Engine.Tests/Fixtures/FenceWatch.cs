using System.Collections.Concurrent;
using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Tries, before every change of a file or of the vault's state, to write as a machine that must not: through every device
/// that the engine ever handed out, as its user keeps it, and through one over the images of the passive side. Which of them
/// must not is judged by the power in the files of the sites, which are read past the engine. Watches one machine.
/// </summary>
internal sealed class FenceWatch : IDisposable
{
    private static readonly byte[] Foreign = [.. Enumerable.Repeat((byte)0xee, 512)];
    private static readonly string[] Refusals = ["WriteRefused", "MachineClosed"];

    private readonly object _lock = new();
    private readonly List<Handle> _handles = [];
    private readonly ConcurrentQueue<string> _breaches = new();
    private readonly ConcurrentDictionary<string, int> _refused = new();
    private readonly PowerWatch _power = new();
    private readonly ThreadLocal<bool> _trying = new();
    private ProtectionFacts? _facts;
    private int _scratch;

    /// <summary>
    /// Only changes that say this are looked at: where several machines are worked on at once, somebody else's change comes at any
    /// moment, also while the watched machine may write again.
    /// </summary>
    public string Only { get; init; } = "";

    /// <summary>Writes that were not refused, or not as they should be, and moments with two owners of a machine.</summary>
    public IEnumerable<string> Breaches => _breaches.Concat(_power.Breaches);

    /// <summary>Writes that were refused, by what the refusal said.</summary>
    public IReadOnlyDictionary<string, int> Refused => _refused;

    /// <summary>Refused writes to the images of the passive side, and through devices that the engine handed out.</summary>
    public (int Foreign, int Own) Tried { get; private set; }

    public void Watch(DrWorld world)
    {
        world.Setup.OnFile = (operation, path) => Look(world, $"{operation} {path}");
        world.Setup.OnStore = change => Look(world, change);
    }

    public void Look(DrWorld world, string at)
    {
        _power.Look(world, at);
        if (_trying.Value || !at.Contains(Only, StringComparison.Ordinal))
        {
            return;
        }

        _trying.Value = true; // a write that is not refused changes files itself
        try
        {
            if (Remember(world) is not { } facts)
            {
                return;
            }

            Handle[] handles;
            lock (_lock)
            {
                handles = [.. _handles];
            }

            foreach (var handle in handles.Where(handle => !MayWrite(world, facts, handle)))
            {
                Try(handle, at);
            }

            if (handles.Count(handle => handle is { IsForeign: false, Device.IsStopped: false } && MayWrite(world, facts, handle)) > 1)
            {
                _breaches.Enqueue($"two owners at {at}");
            }
        }
        catch (Exception failure)
        {
            _breaches.Enqueue($"{at}: {failure}");
        }
        finally
        {
            _trying.Value = false;
        }
    }

    public void Dispose()
    {
        _handles.ForEach(handle => handle.Device.Dispose());
        _trying.Dispose();
    }

    // A vault that is being closed is as it was seen last.
    private ProtectionFacts? Remember(DrWorld world)
    {
        lock (_lock)
        {
            if (world.IsOpen && world.Engine.TryRuntimeOf(DrWorld.Item) is { } runtime)
            {
                var facts = _facts = runtime.State.Facts;
                if (runtime.Machine is { } machine && _handles.TrueForAll(handle => handle.Device != machine))
                {
                    _handles.Add(new Handle(machine, facts.ActiveSide, facts.Epoch, IsForeign: false));
                }

                var passive = facts.ActiveSide.Other();
                if (!_handles.Exists(handle => handle.IsForeign && handle.Side == passive && handle.Epoch == facts.Epoch) && TryOpen(world, runtime.State.Fence(passive, facts.Epoch), facts.FabricOf(passive)) is { } device)
                {
                    _handles.Add(new Handle(device, passive, facts.Epoch, IsForeign: true));
                }
            }

            return _facts;
        }
    }

    // The images of the passive side as a machine has them that is started there at this moment.
    private WriteSplitter? TryOpen(DrWorld world, IWriteFence fence, string fabric)
    {
        var files = new UnflushedFileSystem();
        var folder = world.SiteRoot(fabric);
        if (!File.Exists(Path.Combine(folder, "machines", $"{DrWorld.Item}.json")))
        {
            return null;
        }

        try
        {
            var disks = new EmbeddedSite(files, fabric, folder).OpenDisks(DrWorld.Item, writable: true);
            long[] sizes = [.. disks.Select(disk => disk.Length)];
            var intents = Path.Combine(world.Root, $"foreign-{_scratch++}.map");
            IntentBitmap.Save(files, intents, new RegionMap(sizes));
            return new WriteSplitter(disks, IntentBitmap.Open(files, intents, sizes, writable: true)!, fence, 1, TimeProvider.System);
        }
        catch (AsrException)
        {
            return null; // its disks are not there yet, or its site is gone
        }
    }

    // What a machine writes once it is being shut down would be in no point that its failover goes to.
    private static bool MayWrite(DrWorld world, ProtectionFacts facts, Handle handle) =>
        handle.Side == facts.ActiveSide && !facts.Switching && !facts.ShutDown
        && PowerWatch.IsOn(world.SiteRoot(facts.FabricOf(handle.Side)), handle.Epoch);

    private void Try(Handle handle, string at)
    {
        try
        {
            handle.Device.Write(0, 0, Foreign);
            _breaches.Enqueue($"{(handle.IsForeign ? "a foreign device" : "a kept device")} of {handle.Side} in epoch {handle.Epoch} wrote at {at}");
        }
        catch (AsrException refusal) when (Refusals.Contains(refusal.Error.Id))
        {
            _refused.AddOrUpdate(refusal.Error.Id, 1, (_, count) => count + 1);
            lock (_lock)
            {
                Tried = handle.IsForeign ? (Tried.Foreign + 1, Tried.Own) : (Tried.Foreign, Tried.Own + 1);
            }
        }
    }

    private sealed record Handle(WriteSplitter Device, Side Side, long Epoch, bool IsForeign);
}
