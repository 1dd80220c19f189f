using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Encryption;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Operations;
using AsrFailback.Engine.Vaults;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Fabrics.Hooks;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine;

/// <summary>
/// The embedded home of <see cref="IFailbackService"/>: one vault, its sites, its jobs, in this process. Thread-safe.
/// </summary>
public sealed partial class FailbackEngine : IFailbackService, IAsyncDisposable
{
    private readonly string _folder;
    private readonly VaultOwner _owner;
    private readonly IStateStore _store;
    private readonly VaultDocument _vault;
    private readonly AuditLog _audit;
    private readonly JobRunner _runner;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, EmbeddedSite> _sites = new(StringComparer.OrdinalIgnoreCase);
    private readonly object _submission = new();
    private ITimer? _health;
    private ITimer? _scrub;
    private ITimer? _samples;
    private ImmutableSortedDictionary<string, ItemRuntime> _items = ImmutableSortedDictionary.Create<string, ItemRuntime>(StringComparer.OrdinalIgnoreCase);

    private FailbackEngine(string folder, EngineOptions options, VaultOwner owner, IStateStore store)
    {
        (_folder, Options, _owner, _store) = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), options, owner, store);
        _vault = EngineJson.Read<VaultDocument>(store.Find("vault", "vault")?.Json ?? throw ErrorCatalogue.Exception("StateDamaged", folder, "it names no vault"));
        Hook = new HttpHook(options.Clock);
        Jobs = new JobStore(store);
        Keys = new KeyRing(options, Site);
        _audit = new AuditLog(store, options);
        _runner = new JobRunner(Jobs, _audit, OperationOf, options, _stop.Token);
    }

    /// <summary>What was handed in from outside.</summary>
    public EngineOptions Options { get; }

    /// <summary>Wraps the target of every replication opened from now on; null for none.</summary>
    public TargetDecorator? DecorateTarget { get; set; }

    /// <inheritdoc/>
    public Vault Vault => new(ArmId.Vault(_vault.Id, _vault.Name), _vault.Name, _folder, VaultHome.Embedded);

    /// <summary>The vault's own GUID, by which its sites know it.</summary>
    internal Guid VaultGuid => _vault.Id;

    internal JobStore Jobs { get; }

    /// <summary>Tells servers outside what happens here.</summary>
    internal HttpHook Hook { get; }

    /// <summary>The folder that holds the vault; relative paths of fabrics begin there, so that all can be moved together.</summary>
    internal string ParentFolder => Path.GetDirectoryName(_folder)!;

    /// <summary>Creates a vault in a new folder.</summary>
    /// <param name="folder">The folder; it must not exist.</param>
    /// <param name="name">The vault's name.</param>
    /// <param name="firstCommand">A job to record with the vault, in one step with its creation; null for none. What a drill needs is checked before.</param>
    /// <param name="options">The world around the engine.</param>
    /// <exception cref="AsrException"><c>VaultExists</c>, <c>FolderNotEmpty</c>, <c>NotEnoughSpace</c>, or what the file system says.</exception>
    public static void CreateVault(string folder, string name, FailbackCommand? firstCommand, EngineOptions options)
    {
        if (firstCommand is RunDrill drill)
        {
            Drill.SiteBuilder.RequireNew(folder);
            new Drill.SiteBuilder(options.Files, Path.GetDirectoryName(Path.GetFullPath(folder))!, drill.Options, _ => { }).RequirePossible();
        }

        VaultFolder.Create(folder, name, firstCommand, options);
    }

    /// <summary>Opens a vault, goes on with its replications and its unfinished jobs.</summary>
    /// <exception cref="AsrException"><c>VaultMissing</c>, <c>VaultInUse</c>, <c>StateDamaged</c>.</exception>
    public static FailbackEngine Open(string folder, EngineOptions options)
    {
        VaultFolder.RequireVault(folder);
        var owner = VaultOwner.Take(folder, options.Clock);
        IStateStore? store = null;
        try
        {
            store = VaultFolder.OpenState(folder, options);
            var engine = new FailbackEngine(folder, options, owner, store);
            engine.Load();
            return engine;
        }
        catch
        {
            store?.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProtectedItem> GetProtectedItemsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask.ConfigureAwait(false); // all of it is in memory
        var busy = Jobs.Busy();
        var outages = Outages();
        foreach (var runtime in _items.Values)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return ItemProjection.Of(runtime, Vault.Id, busy.GetValueOrDefault(runtime.State.Facts.Item), outages, NetworkMappings, Options.Clock.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public Task<ProtectedItem?> GetProtectedItemAsync(string item, CancellationToken cancellation = default)
    {
        if (TryRuntimeOf(item) is not { } runtime)
        {
            return Task.FromResult<ProtectedItem?>(null);
        }

        LookAtHealth([runtime], cancellation);
        return Task.FromResult<ProtectedItem?>(ItemProjection.Of(runtime, Vault.Id, Jobs.BusyWith(item, asJob: null), Outages(), NetworkMappings, Options.Clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecoveryPoint>> GetRecoveryPointsAsync(string item, CancellationToken cancellation = default)
    {
        var runtime = RuntimeOf(item);
        var others = GroupMembers(runtime).Where(member => member != runtime)
            .Select(member => ItemProjection.PointsOf(member).Where(point => !RetentionJournal.IsOwn(point)).Select(point => point.Id).ToHashSet()).ToArray();
        var comparable = others.Length > 0 || (runtime.State.Facts.ReplicationGroup is { } group && GroupSize(group, except: runtime.State.Facts.Item) == 0);
        return Task.FromResult<IReadOnlyList<RecoveryPoint>>(
            [.. ItemProjection.PointsOf(runtime).Select(point => point with { IsCommon = comparable && others.All(ids => ids.Contains(point.Id)) })]);
    }

    /// <inheritdoc/>
    public Task<ReplicationStatus> GetReplicationAsync(string item, CancellationToken cancellation = default) =>
        Task.FromResult(ItemProjection.ReplicationOf(RuntimeOf(item), Options.Clock.GetUtcNow()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Job>> GetJobsAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<Job>>([.. Jobs.List().Select(Shown)]);

    /// <inheritdoc/>
    public Task<Job?> GetJobAsync(string name, CancellationToken cancellation = default) => Task.FromResult(Jobs.Find(name) is { } record ? ShownWhole(record) : null);

    /// <inheritdoc/>
    public Task<Preview> PreviewAsync(FailbackCommand command, CancellationToken cancellation = default)
    {
        var operation = OperationOf(command);
        return Task.FromResult(operation.Describe(PreviewOf(operation.Command, operation, operation.Results(asJob: null))));
    }

    private Preview PreviewOf(FailbackCommand command, Operation operation, IReadOnlyList<CheckResult> checks)
    {
        var scenario = Scenario.Of(operation is ItemOperation ? operation.Decide() : command);
        var tasks = scenario.Tasks.Select(task => task.FriendlyName).ToArray();
        var estimate = checks.All(check => check.Passed) ? operation.Estimate() : null;
        return new Preview(command, scenario.FriendlyName, tasks, checks, estimate, Jobs.LastDuration(scenario.Name, command.Target));
    }

    /// <inheritdoc/>
    public Task<Job> SubmitAsync(FailbackCommand command, string? jobName = null, CancellationToken cancellation = default) =>
        Task.FromResult(Shown(Submit(command, jobName, partOf: null)));

    /// <summary>Submits a command, or goes on with the job of that name.</summary>
    /// <param name="command">The command.</param>
    /// <param name="jobName">The job's name; null for a new one.</param>
    /// <param name="partOf">The job of the plan that has the machine to itself and asks for this; null for none.</param>
    /// <param name="correlation">The request it belongs to; null for that of the plan, or one of its own.</param>
    /// <exception cref="AsrException">A refusal.</exception>
    internal JobRecord Submit(FailbackCommand command, string? jobName, string? partOf, Guid? correlation = null)
    {
        lock (_submission)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (jobName is not null && Jobs.Find(jobName) is { } existing)
            {
                return existing.Job.Error is { Temporary: true } && Jobs.LaterOn(existing) is null && ReasonsAgainstRestart(existing).Count == 0 ? _runner.Restart(existing) : existing;
            }

            var operation = OperationOf(command);
            operation.RequireReady(partOf);
            var record = JobRecord.Create(
                jobName ?? Guid.NewGuid().ToString(), operation.Decide(), Options.Clock.GetUtcNow(), Options.Caller,
                correlation ?? (partOf is null ? null : Jobs.Find(partOf)?.Job.CorrelationId)) with { PartOf = partOf };
            record = _audit.Note(record, AuditAction.Submitted, record.Job.Comment);
            Jobs.Add(record);
            _runner.Start(record);
            return record;
        }
    }

    /// <inheritdoc/>
    public async Task<Job> WaitForJobAsync(string name, CancellationToken cancellation = default)
    {
        await _runner.WaitAsync(name, cancellation).ConfigureAwait(false);
        if (_runner.UnrecordedFailures.TryGetValue(name, out var unrecorded))
        {
            return unrecorded;
        }

        var record = Jobs.Find(name) ?? throw ErrorCatalogue.Exception("JobNotFound", name);
        if (record.Job.State.IsFinal || record.Job.State == JobState.Suspended)
        {
            return ShownWhole(record);
        }

        throw OutdatedFor(record) is { } outdated ? new AsrException(outdated) : ErrorCatalogue.Exception("VaultClosed", _vault.Name);
    }

    /// <inheritdoc/>
    public Task<JobProgress?> GetJobProgressAsync(string name, CancellationToken cancellation = default) => Task.FromResult(_runner.ProgressOf(name));

    /// <inheritdoc/>
    public async Task<Job> StopJobAsync(string name, CancellationToken cancellation = default)
    {
        var record = Jobs.Find(name) ?? throw ErrorCatalogue.Exception("JobNotFound", name);
        if (!record.Job.State.IsFinal)
        {
            RequireStoppable(record);
            _audit.Note(record, AuditAction.Stopped);
        }

        await _runner.StopAsync(name, cancellation).ConfigureAwait(false);
        return CancelSuspended(name);
    }

    /// <summary>Waits until every replica that somebody else may have written was compared, where its machine is there.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task WaitUntilComparedAsync(CancellationToken cancellation) =>
        Task.WhenAll(_items.Values.Select(item => item.Trust?.Comparing ?? Task.CompletedTask)).WaitAsync(cancellation);

    /// <summary>The device a machine writes through while it runs.</summary>
    /// <exception cref="AsrException"><c>MachineClosed</c>, <c>ItemNotFound</c>.</exception>
    public WriteSplitter OpenMachine(string item) => RuntimeOf(item).Machine ?? throw ErrorCatalogue.Exception("MachineClosed");

    /// <summary>The disks of an item as they were at a point, read-only; pin it or keep a test failover while reading.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>, <c>NoRecoveryPoint</c>.</exception>
    public IReadOnlyList<IBlockDevice> OpenPoint(string item, Guid pointId)
    {
        var runtime = RuntimeOf(item);
        return (runtime.Journal ?? runtime.Undo ?? throw ErrorCatalogue.Exception("NoRecoveryPoint", item)).OpenPoint(pointId);
    }

    /// <summary>The disks of the test machine of an item: the pinned point under overlays.</summary>
    /// <exception cref="AsrException"><c>NoTestFailover</c>.</exception>
    public IReadOnlyList<IBlockDevice> OpenTestMachine(string item)
    {
        var runtime = RuntimeOf(item);
        var test = runtime.State.Facts.TestFailover ?? throw ErrorCatalogue.Exception("NoTestFailover", item);
        var site = runtime.At(runtime.State.Facts.TargetSide).Site;
        var names = site.GetMachine(test.Machine).Disks;
        return [.. OpenPoint(item, test.PointId).Select((disk, index) => new OverlayDisk(
            Options.Files, Path.Combine(site.TestFolder(test.Machine), $"{names[index].Name}.overlay"), disk))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var timer in new[] { _health, _scrub, _samples }.OfType<ITimer>())
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        lock (_submission)
        {
            // Whoever was submitting or resuming is through; nobody begins any more.
        }

        await _runner.DrainAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_items.Values.Select(item => item.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
        finally
        {
            Keys.Dispose();
            _store.Dispose();
            _owner.Dispose();
            Hook.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>What is open of an item.</summary>
    /// <exception cref="AsrException"><c>ItemNotFound</c>.</exception>
    internal ItemRuntime RuntimeOf(string item) => TryRuntimeOf(item) ?? throw ErrorCatalogue.Exception("ItemNotFound", item);

    internal ItemRuntime? TryRuntimeOf(string item) => _items.GetValueOrDefault(item);

    internal Surroundings SurroundingsOf(ItemRuntime runtime, string? asJob) =>
        ItemProjection.SurroundingsOf(runtime, Jobs.BusyWith(runtime.State.Facts.Item, asJob), Options.Clock.GetUtcNow());

    /// <summary>Adds an item, or begins an unprotected one anew; its generations go on counting.</summary>
    internal ItemRuntime AddItem(ProtectionFacts facts)
    {
        if (TryRuntimeOf(facts.Item) is not { } runtime)
        {
            runtime = RuntimeFor(ItemState.Create(_store, facts));
            Remember(runtime);
            return runtime;
        }

        runtime.State.Change(earlier => facts with { Generation = earlier.Generation });
        return runtime;
    }

    internal void RemoveItem(string item)
    {
        if (TryRuntimeOf(item) is { } runtime)
        {
            ImmutableInterlocked.Update(ref _items, items => items.Remove(item));
            runtime.State.Remove();
        }
    }

    // An item's devices are opened and closed by one at a time: by its job, or here while no job can begin.
    private void ResumeIfIdle(ItemRuntime item)
    {
        lock (_submission)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (!Jobs.WorksOn(item.State.Facts.Item))
            {
                item.ResumeAsync().GetAwaiter().GetResult();
            }
        }
    }

    private static bool IsName(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private void Load()
    {
        foreach (var fabric in _store.List("fabric"))
        {
            Site(fabric.Key).Claim(_vault.Id);
        }

        ReadMappings();
        foreach (var state in ItemState.Load(_store))
        {
            var runtime = RuntimeFor(state);
            Remember(runtime);
            runtime.ResumeAsync().GetAwaiter().GetResult();
            _ = runtime.Quiescence.ThawLeftoverAsync();
        }

        LookAtHealth(_items.Values, _stop.Token);
        foreach (var record in Jobs.Unfinished().Where(record => OutdatedFor(record) is null))
        {
            _runner.Start(record);
        }

        foreach (var item in _items.Values)
        {
            EndOutlivedTestFailover(item);
        }

        _scrub = Options.Clock.CreateTimer(_ => ScrubInBackground(), null, Options.ScrubInterval, Timeout.InfiniteTimeSpan);
        _samples = Options.Clock.CreateTimer(_ => LookEveryMinute(), null, RpoHistory.Interval, RpoHistory.Interval);
        _health = Options.Clock.CreateTimer(_ => LookAtHealthInBackground(), null, Options.HealthInterval, Options.HealthInterval);
    }

    // Kept in order, so that a listing begins at once; whoever lists goes on with the items there were at that moment.
    private void Remember(ItemRuntime runtime) => ImmutableInterlocked.Update(ref _items, items => items.SetItem(runtime.State.Facts.Item, runtime));

    private ItemRuntime RuntimeFor(ItemState state) => new(state, Site, Options, Keys, () => DecorateTarget, MarkAutomaticPointAsync);

    private FailoverOperation FailoverOf(StartFailover decided) => decided.DataSync is null ? new FailoverOperation(decided, this) : new PlannedFailbackOperation(decided, this);

    private Operation OperationOf(FailbackCommand command) => command switch
    {
        AddFabric add => new AddFabricOperation(add, this),
        RemoveFabric remove => new RemoveFabricOperation(remove, this),
        RegisterProcessServer or UnregisterProcessServer or RegisterMasterTarget or UnregisterMasterTarget => new ServerOperation((FabricCommand)command, this),
        RegisterConfigurationServer register => new RegisterConfigurationServerOperation(register, this),
        BackupConfigurationServer backup => new BackupConfigurationServerOperation(backup, this),
        RestoreConfigurationServer restore => new RestoreConfigurationServerOperation(restore, this),
        DeployProcessServer deploy => new DeployProcessServerOperation(deploy, this),
        MapNetwork or UnmapNetwork => new NetworkMappingOperation((FabricCommand)command, this),
        IssueEncryptionCertificate issue => new IssueEncryptionCertificateOperation(issue, this),
        ImportMachine import => new ImportMachineOperation(import, this),
        EnableProtection enable => new EnableProtectionOperation(enable, this),
        CreateRecoveryPoint point => new CreateRecoveryPointOperation(point, this),
        StartTestFailover test => new TestFailoverOperation(test, this),
        CleanUpTestFailover cleanUp => new CleanUpTestFailoverOperation(cleanUp, this),
        StartFailover failover => FailoverOf(PlannedFailbackOperation.Decide(failover, TryRuntimeOf(failover.Item)?.State.Facts)),
        SwitchRecoveryPoint change => new SwitchPointOperation(change, this),
        CancelFailover cancel => new CancelFailoverOperation(cancel, this),
        CommitFailover commit => new CommitOperation(commit, this),
        Reprotect reprotect => new ReprotectOperation(reprotect, this),
        DisableProtection disable => new DisableProtectionOperation(disable, this),
        SaveRecoveryPlan save => new SaveRecoveryPlanOperation(save, this),
        RemoveRecoveryPlan remove => new RemoveRecoveryPlanOperation(remove, this),
        AddRecoveryPlanAction or RemoveRecoveryPlanAction => new RecoveryPlanActionOperation(command, this),
        RunRecoveryPlan run => new RunRecoveryPlanOperation(WithActions(run), this),
        UpdateProtection update => new UpdateProtectionOperation(update, this),
        RepairReplication repair => new RepairReplicationOperation(repair, this),
        CompleteMigration complete => new CompleteMigrationOperation(complete, this),
        RunDrill drill => new Drill.DrillOperation(drill, this),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No operation"),
    };
}
