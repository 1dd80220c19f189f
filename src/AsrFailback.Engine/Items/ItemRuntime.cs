using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Encryption;
using AsrFailback.Engine.Scripts;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Items;

/// <summary>
/// What is open of one item: the machine's write splitter on its active side, and the journal and session of its
/// replication. Opening and closing come from one job at a time, or from the engine's own opening and closing.
/// </summary>
internal sealed partial class ItemRuntime(
    ItemState state, Func<string, EmbeddedSite> siteOf, EngineOptions options, KeyRing keys, Func<TargetDecorator?> decorator, Func<ItemRuntime, Task> markPoint) : IAsyncDisposable
{
    private ITimer? _points;
    private FileStamp[]? _stampsWhenOpened;
    private FileStamp[] _replicaWhenOpened = [];

    /// <summary>The machine's device; null while it does not run.</summary>
    public WriteSplitter? Machine { get; private set; }

    /// <summary>The journal at the target; null while nothing replicates.</summary>
    public RetentionJournal? Journal { get; private set; }

    /// <summary>The running replication; null while nothing replicates, or while its source is gone.</summary>
    public ReplicationSession? Session { get; private set; }

    /// <summary>Whether the replica is what replication left there; null while the replication does not run.</summary>
    public ReplicaTrust? Trust { get; private set; }

    /// <summary>How far the target was behind.</summary>
    public RpoHistory Rpo { get; } = new();

    /// <summary>How its applications are brought to rest.</summary>
    public Quiescence Quiescence { get; } = new(state, new ScriptRunner(options.Clock));

    /// <summary>The facts.</summary>
    public ItemState State => state;

    /// <summary>Whether a fabric is one of its two sides.</summary>
    public bool Uses(string fabric) => IsName(state.Facts.HomeFabric, fabric) || IsName(state.Facts.RecoveryFabric, fabric);

    /// <summary>An item's places at a side.</summary>
    public ItemPlaces At(Side side) => new(siteOf(state.Facts.FabricOf(side)), state.Facts.Item, state.Facts.MasterTarget, state.Facts.RetentionVolume);

    /// <summary>Why the item is not open although it should be; null when all is well.</summary>
    public AsrError? Failure { get; private set; }

    /// <summary>What the last look at its home site found out of order.</summary>
    public IReadOnlyList<AsrError> SiteHealth { get; set; } = [];

    /// <summary>A test machine that the last look found at its recovery site and no test failover knows; null for none.</summary>
    public string? LeftTestMachine { get; set; }

    /// <summary>
    /// Opens what the facts say should be open: after the engine opened, or a site came back. What cannot be opened is
    /// the item's health, not the end of the vault.
    /// </summary>
    public async Task ResumeAsync()
    {
        try
        {
            RequireNewest();
            if (state.Facts.Switching)
            {
                return;
            }

            await OpenWhatIsReachableAsync().ConfigureAwait(false);
            Failure = null;
        }
        catch (AsrException failure)
        {
            Failure = failure.Error;
        }
    }

    private static bool IsName(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private async Task OpenWhatIsReachableAsync()
    {
        var facts = state.Facts;
        var (active, passive) = (At(facts.ActiveSide).Site, At(facts.ActiveSide.Other()).Site);
        KeepOff(passive);
        KeepLeftOff();
        if (Machine is { IsStopped: true } && !facts.ShutDown)
        {
            await CloseReplicationAsync().ConfigureAwait(false);
            AbandonMachine();
        }

        // The recovery points are at the other side: they must be there when the machine itself cannot be opened.
        try
        {
            if (facts.Phase != Phase.Unprotected && !facts.ShutDown && active.IsReachable)
            {
                OpenMachine();
            }
        }
        finally
        {
            if (facts.Phase == Phase.Protected && passive.IsReachable)
            {
                await EnsureReplicationAsync().ConfigureAwait(false);
            }
        }
    }

    // A vault that was restored from a backup may not know that the machine has moved since. Acting on what it remembers
    // would stop the machine that runs and write over its disks (invariant 5).
    private void RequireNewest()
    {
        foreach (var side in new[] { Side.Home, Side.Recovery })
        {
            var site = At(side).Site;
            if (site.EpochOf(state.Facts.Item) is var epoch && epoch > state.Facts.Epoch)
            {
                throw ErrorCatalogue.Exception("VaultOutdated", state.Facts.Item, site.Name, $"epoch {epoch}", $"epoch {state.Facts.Epoch}");
            }
        }
    }

    // A side that was away during a failover may come back running (invariant 5).
    private void KeepOff(EmbeddedSite passive)
    {
        if (!RunsTwice)
        {
            return;
        }

        // Somebody switched it on, or its site came back as it went: it may have written its disks (RP-04).
        var replicated = state.Facts.Phase == Phase.Protected;
        state.Change(facts => facts with { CompareEverything = true, ReplicaRan = replicated, ReplicaSuspect = replicated });
        passive.PowerOff(state.Facts.Item);
    }

    /// <summary>Whether something that should be open is not, has ended with an error, or has to begin anew by comparing everything.</summary>
    public bool NeedsOpening => Failure is not null || MustBeginAnew;

    /// <summary>Whether the side that must not run the machine runs it.</summary>
    public bool RunsTwice
    {
        get
        {
            var passive = At(state.Facts.ActiveSide.Other()).Site;
            return passive.IsReachable && passive.FindMachine(state.Facts.Item) is { Power: PowerState.On };
        }
    }

    /// <summary>Opens the machine's disks for writing on its active side.</summary>
    public void OpenMachine()
    {
        if (Machine is not null)
        {
            return;
        }

        var facts = state.Change(facts => facts with { Generation = facts.Generation + 1 });
        var places = At(facts.ActiveSide);
        var changedOutside = ImageStamps.Changed(options.Files, places.Site, facts.Item, places.MachineStamps);
        places.Site.BeginWriting(facts.Item);
        var disks = places.Site.OpenDisks(facts.Item, writable: true);
        var sizes = disks.Select(disk => disk.Length).ToArray();
        var intents = OpenIntents(places, sizes, changedOutside);
        ImageStamps.Remove(options.Files, places.MachineStamps);
        Machine = new WriteSplitter(
            facts.Phase == Phase.CommitPending ? Undoable(disks, places, changedOutside) : disks, intents, state.Fence(facts.ActiveSide, facts.Epoch), facts.Generation, options.Clock);
        _stampsWhenOpened = ImageStamps.Current(options.Files, places.Site, facts.Item);
        Failure = null;
    }

    /// <summary>Opens the journal on the side the active one replicates to, and the session where the machine runs.</summary>
    /// <param name="sendAll">Send what may differ without comparing it first.</param>
    public void OpenReplication(bool sendAll = false)
    {
        // A replication that turns around is not recorded as such until it has a point; its journal has a name, and its policy counts, already.
        var facts = state.Facts.Phase == Phase.Protected ? state.Facts : state.Facts with { ReplicationEpoch = state.Facts.Epoch, SourceSide = state.Facts.ActiveSide };
        var source = facts.ActiveSide;
        var places = At(source.Other());
        if (Journal is null)
        {
            Journal = OpenJournal(places, facts);
        }

        if (Session is null && Machine is not null)
        {
            if (state.Facts.CompareEverything)
            {
                Machine.MarkDifferent(RegionMap.Full(Machine.DiskBytes));
                state.Change(facts => facts with { CompareEverything = false });
            }

            // The target cannot have received what this machine has not written: another copy of the vault was at work.
            if (Journal.Acknowledged > Machine.Position)
            {
                throw ErrorCatalogue.Exception("VaultOutdated", facts.Item, places.Site.Name, Journal.Acknowledged, Machine.Position);
            }

            IReplicationTarget target = new SiteLink(At(source).Site, places.Site, Journal);
            Session = new ReplicationSession(Machine, decorator()?.Invoke(source, target) ?? target, options.Clock) { Bandwidth = facts.PolicyInForce.Bandwidth, SendsAll = sendAll };
            Trust = new ReplicaTrust(state, Machine, Journal, Session);
            _points = options.Clock.CreateTimer(_ => MarkPointInBackground(), null, facts.PolicyInForce.PointInterval, facts.PolicyInForce.PointInterval);
        }
    }

    /// <summary>Opens the replication, again if it ended with an error or owes a comparison of everything.</summary>
    /// <param name="sendAll">Send what may differ without comparing it first.</param>
    public async Task EnsureReplicationAsync(bool sendAll = false)
    {
        NoticeOutsideChange();
        if (MustBeginAnew)
        {
            await CloseReplicationAsync().ConfigureAwait(false);
        }

        OpenReplication(sendAll);
    }

    /// <summary>Stops the replication and leaves its journal settled and closed.</summary>
    public async Task CloseReplicationAsync()
    {
        if (_points is not null)
        {
            await _points.DisposeAsync().ConfigureAwait(false);
            _points = null;
        }

        if (Session is not null)
        {
            await Session.DisposeAsync().ConfigureAwait(false);
            (Session, Trust) = (null, null);
        }

        if (Journal is not null)
        {
            var journal = Journal;
            Journal = null;
            CloseJournal(journal, At(state.Facts.ActiveSide.Other()));
        }
    }

    /// <summary>Closes the machine's disks and remembers how they were left.</summary>
    public void CloseMachine()
    {
        if (Machine is null)
        {
            return;
        }

        var places = At(state.Facts.ActiveSide);
        if (places.Site.IsGone)
        {
            AbandonMachine();
            return;
        }

        var machine = Machine;
        try
        {
            NoticeOutsideChange();
            Machine = null;
            machine.Stop();
            machine.Flush();
        }
        finally
        {
            machine.Dispose();
            CloseUndo();
        }

        ImageStamps.Save(options.Files, places.Site, state.Facts.Item, places.MachineStamps);
    }

    private bool MustBeginAnew => Session is { } session && (session.Status.Mode == ReplicationMode.Stopped || state.Facts.CompareEverything);

    // Somebody else wrote the images of a machine that is open and has written nothing itself: everything is compared. Once
    // it has written, its stamps say nothing.
    private void NoticeOutsideChange()
    {
        if (Machine is not { HasWritten: false } || _stampsWhenOpened is null)
        {
            return;
        }

        FileStamp[]? now;
        try
        {
            now = ImageStamps.Current(options.Files, At(state.Facts.ActiveSide).Site, state.Facts.Item);
        }
        catch (AsrException)
        {
            now = null; // an image that cannot be seen is not the one that was opened
        }

        if (now is null || !now.SequenceEqual(_stampsWhenOpened))
        {
            _stampsWhenOpened = now;
            state.Change(facts => facts with { CompareEverything = true });
        }
    }

    /// <summary>Lets go of a machine whose site is gone: nothing more is written there.</summary>
    public void AbandonMachine()
    {
        Machine?.Stop();
        Machine?.Dispose();
        Machine = null;
        CloseUndo();
    }

    /// <summary>Whether the key of its data in Azure is not there (FO-06).</summary>
    public bool KeyMissing => keys.IsMissing(state.Facts);

    /// <summary>How its journal is opened. What it finds is durable before it goes on.</summary>
    /// <param name="facts">Which way it replicates.</param>
    /// <exception cref="AsrException"><c>EncryptionKeyMissing</c>, <c>EncryptionKeyFileDamaged</c>.</exception>
    public JournalOptions JournalOptionsFor(ProtectionFacts facts) => new()
    {
        Clock = options.Clock,
        Key = keys.KeyOf(facts),
        Distrusted = state.Facts.ReplicaSuspect,
        OnSpoilt = () => state.Change(facts => facts with { ReplicaSuspect = true, ReplicaSpoilt = true }),
        OnRot = () => state.Change(facts => facts with { ReplicaSuspect = true, CompareEverything = true }),
    };

    /// <summary>Lets a changed policy count from now on.</summary>
    public void KeepPolicy()
    {
        var policy = state.Facts.PolicyInForce;
        _points?.Change(policy.PointInterval, policy.PointInterval);
        if (Session is { } session)
        {
            session.Bandwidth = policy.Bandwidth;
        }

        Journal?.Prune(policy);
    }

    /// <summary>Closes everything, keeping whatever can be kept when something fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await Quiescence.DisposeAsync().ConfigureAwait(false);
        try
        {
            await CloseReplicationAsync().ConfigureAwait(false);
        }
        finally
        {
            CloseMachine();
        }
    }

    private IntentBitmap OpenIntents(ItemPlaces places, long[] sizes, bool changedOutside)
    {
        var intents = IntentBitmap.Open(options.Files, places.Intents, sizes, writable: true);
        if (intents is null || changedOutside)
        {
            intents?.Dispose();
            IntentBitmap.Save(options.Files, places.Intents, RegionMap.Full(sizes));
            intents = IntentBitmap.Open(options.Files, places.Intents, sizes, writable: true)!;
        }

        return intents;
    }

    private RetentionJournal OpenJournal(ItemPlaces places, ProtectionFacts facts)
    {
        var folder = places.Journal(facts.ReplicationEpoch);
        RetentionJournal.Create(options.Files, folder, keys.KeyOf(facts));
        if (ImageStamps.Changed(options.Files, places.Site, facts.Item, places.ReplicaStamps))
        {
            state.Change(facts => facts with { CompareEverything = true, ReplicaSuspect = true });
        }

        ImageStamps.Remove(options.Files, places.ReplicaStamps);
        _replicaWhenOpened = ImageStamps.Current(options.Files, places.Site, facts.Item);
        var disks = places.Site.OpenDisks(facts.Item, writable: true);
        return RetentionJournal.Open(options.Files, folder, places.Manifests, disks, JournalOptionsFor(facts) with { Pinned = facts.TestFailover?.PointId });
    }

    private void CloseJournal(RetentionJournal journal, ItemPlaces places)
    {
        // Left as after a crash, opening it again replays what was acknowledged.
        var leave = journal.IsBroken || places.Site.IsGone;
        try
        {
            // What somebody else may have written must not become what replication is said to have left.
            if (!leave && !journal.IsDistrusted && !state.Facts.CompareEverything)
            {
                journal.CompleteDigests();
            }
        }
        catch (AsrException full) when (full.Error.Id == "TargetFull")
        {
            leave = true;
        }
        finally
        {
            journal.Dispose();
        }

        if (!leave)
        {
            ImageStamps.SaveReplica(options.Files, places.Site, state.Facts.Item, places.ReplicaStamps, _replicaWhenOpened);
        }
    }

    private async void MarkPointInBackground()
    {
        try
        {
            await markPoint(this).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AsrException or ObjectDisposedException)
        {
            // A point that cannot be taken now shows as a growing recovery point objective; the session tells why.
        }
    }
}

/// <summary>Wraps the target of a replication whose source is the given side: faults rehearsed by a drill or a test.</summary>
public delegate IReplicationTarget TargetDecorator(Side source, IReplicationTarget target);
