using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Operations;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Drill;

/// <summary>
/// The whole story as one durable job: its tasks submit ordinary jobs by fixed names, so that a drill that was killed goes
/// on where it was. Whatever it claims was compared with the witness, which lies outside the machine.
/// </summary>
internal sealed class DrillOperation(RunDrill command, FailbackEngine engine) : Operation(command, engine)
{
    private const string Item = SiteBuilder.Machine;
    private const string OnPremises = "onprem";
    private const string Azure = "azure";
    private const double DeltaTolerance = 1.1;
    private const int MinimumWrites = 20_000;

    private readonly DrillFaults _faults = new(command.Options.Mutation);
    private DrillStage? _stage;

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks =>
    [
        Build, Step(ProtectAsync), Step(PointsAsync), Step(TestFailoverAsync), Step(FailoverAsync), Step(CommitAsync),
        Step(ReprotectAsync), Step(FailbackAsync), Step(CommitFailbackAsync), Step(ProtectAgainAsync),
    ];

    private DrillOptions Options => command.Options;

    private DrillStage Stage => _stage!;

    private async Task Build(TaskContext context)
    {
        var builder = new SiteBuilder(Engine.Options.Files, Engine.ParentFolder, Options, text => context.Report(text));
        context.Decide(await builder.BuildAsync(context.Cancellation).ConfigureAwait(false));
        context.SetBytes(context.Checkpoint<DrillLayout>()!.Disks.Sum(disk => disk.DataBytes));
    }

    // The workload and the witness live as long as the job runs; a failed or finished step ends them.
    private Func<TaskContext, Task> Step(Func<TaskContext, Task> step) => async context =>
    {
        try
        {
            Engine.DecorateTarget ??= _faults.Decorate;
            _stage ??= new DrillStage(Engine, Options, context.CheckpointOf<DrillLayout>("BuildSites")!);
            await step(context).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    };

    private async Task CloseAsync()
    {
        if (_stage is not null)
        {
            await _stage.DisposeAsync().ConfigureAwait(false);
            _stage = null;
        }
    }

    private async Task ProtectAsync(TaskContext context)
    {
        await RunAsync(context, "add-onprem", new AddFabric(OnPremises, "onprem")).ConfigureAwait(false);
        await RunAsync(context, "add-azure", new AddFabric(Azure, "azure")).ConfigureAwait(false);
        await Stage.Workload.ResumeAsync().ConfigureAwait(false);
        var policy = ReplicationPolicy.Default with { PointInterval = TimeSpan.FromSeconds(5) };
        var job = await RunAsync(context, "enable", new EnableProtection(Item, OnPremises, Azure, policy)).ConfigureAwait(false);
        context.SetBytes(job.Tasks[^1].Bytes);
    }

    private async Task PointsAsync(TaskContext context)
    {
        await Stage.Workload.ResumeAsync().ConfigureAwait(false);
        for (var number = 1; number <= 3; number++)
        {
            await Stage.Workload.WaitForWritesAsync(Options.WritesPerStage, context.Cancellation).ConfigureAwait(false);
            await Stage.WaitUntilInOrderAsync(context).ConfigureAwait(false);
            await RunAsync(context, $"point-{number}", new CreateRecoveryPoint(Item, $"Drill {number}")).ConfigureAwait(false);
        }
    }

    private async Task TestFailoverAsync(TaskContext context)
    {
        await Stage.Workload.ResumeAsync().ConfigureAwait(false);
        if (context.Checkpoint<StepResult>() is null)
        {
            // It compares every block itself.
            await RunAsync(context, "test", new StartTestFailover(Item, PointId: null, Network: null) { SkipDigest = true }).ConfigureAwait(false);
            var point = await Stage.TestPointAsync().ConfigureAwait(false);
            var before = Compare(context, Engine.OpenPoint(Item, point.Id), point.Position);
            Stage.WriteOnTestMachine();
            await Stage.Workload.WaitForWritesAsync(Options.WritesPerStage / 4, context.Cancellation).ConfigureAwait(false);
            var after = Compare(context, Engine.OpenPoint(Item, point.Id), point.Position);
            context.Decide(after with { BlocksCompared = before.BlocksCompared + after.BlocksCompared });
        }

        await RunAsync(context, "clean-up", new CleanUpTestFailover(Item)).ConfigureAwait(false);
    }

    // The link fails first and the machine goes on writing; then the site is gone, in the middle of whatever it did.
    private async Task FailoverAsync(TaskContext context)
    {
        if (Engine.Site(OnPremises).IsReachable)
        {
            await Stage.Workload.ResumeAsync().ConfigureAwait(false);
            context.Report("The link to Azure fails, the machine goes on");
            Engine.SetSiteCondition(Azure, reachable: true, connected: false);
            await Stage.Workload.WaitForWritesAsync(Options.WritesPerStage / 4, context.Cancellation).ConfigureAwait(false);
            context.Report("The source dies");
            Engine.SetSiteCondition(OnPremises, reachable: false, connected: false);
        }

        await Stage.Workload.PauseAsync().ConfigureAwait(false);
        var job = await RunAsync(context, "failover", new StartFailover(Item, PointId: null, ShutDownSource: true)).ConfigureAwait(false);
        var entries = Stage.EntriesBeforeFailover();
        var point = Stage.RecordFailover();
        var died = entries[^1].TimeUtc;
        var result = Compare(context, Engine.Site(Azure).OpenDisks(Item, writable: false), point.Position);
        context.Decide(result with
        {
            WritesAfterPoint = WitnessModel.AcknowledgedAfter(entries, point.Position),
            RpoSeconds = Seconds(died - (WitnessModel.NewestAt(entries, point.Position) ?? died)),
            RtoSeconds = Seconds(job.EndTime - job.StartTime),
        });
        RequireVerified(WitnessModel.AcknowledgedAfter(entries, point.Position) > 0, "no acknowledged write is newer than the point, so nothing can be rolled back");
    }

    private async Task CommitAsync(TaskContext context)
    {
        await RunAsync(context, "commit", new CommitFailover(Item)).ConfigureAwait(false);
        await Stage.GoOnAsync(Options.WritesPerStage, context).ConfigureAwait(false);
    }

    private async Task ReprotectAsync(TaskContext context)
    {
        Engine.SetSiteCondition(OnPremises, reachable: true, connected: true);
        Engine.SetSiteCondition(Azure, reachable: true, connected: true);
        await Stage.Workload.ResumeAsync().ConfigureAwait(false);
        var common = Stage.LastFailover();
        _faults.OldSourceBlocks = WitnessModel.BlocksWritten(Stage.EntriesBeforeFailover(), common, new LogPosition(uint.MaxValue, long.MaxValue));
        var job = await RunAsync(context, "reprotect", new Reprotect(Item)).ConfigureAwait(false);
        var moved = job.Tasks[^1].Bytes;
        var end = (await Engine.GetRecoveryPointsAsync(Item).ConfigureAwait(false))[0].Position;
        var dirty = (long)WitnessModel.BlocksWritten(Stage.Witness.Entries, common, end).Count * Blocks.Size;
        context.Decide(new StepResult { DirtyBytes = dirty });
        context.SetBytes(moved);
        RequireVerified(moved <= dirty * DeltaTolerance, $"the reprotect moved {moved} bytes for {dirty} dirty bytes");
        await Stage.GoOnAsync(Options.WritesPerStage, context).ConfigureAwait(false);
    }

    private async Task FailbackAsync(TaskContext context)
    {
        var job = await RunAsync(context, "failback", new StartFailover(Item, PointId: null, ShutDownSource: true)).ConfigureAwait(false);
        await Stage.Workload.PauseAsync().ConfigureAwait(false);
        context.SetBytes(job.Tasks.Single(task => task.Name == "VmPrepareForUnPlannedFailover").Bytes);
        var entries = Stage.Witness.Entries;
        var point = Stage.RecordFailover();
        context.Decide(Compare(context, Engine.Site(OnPremises).OpenDisks(Item, writable: false), point.Position));
        var newer = WitnessModel.AcknowledgedAfter(entries, point.Position);
        RequireVerified(newer == 0, $"{newer} acknowledged writes are newer than the failback's point");
        await RequireCleanFileSystemAsync(context).ConfigureAwait(false);
    }

    private async Task CommitFailbackAsync(TaskContext context)
    {
        await RunAsync(context, "commit-failback", new CommitFailover(Item)).ConfigureAwait(false);
        RequireVerified(Engine.Site(Azure).Snapshot().Machines.Count == 0, "the machine in Azure is still there after the commit");
        await Stage.GoOnAsync(Options.WritesPerStage, context).ConfigureAwait(false);
    }

    private async Task ProtectAgainAsync(TaskContext context)
    {
        await Stage.Workload.ResumeAsync().ConfigureAwait(false);
        var job = await RunAsync(context, "protect-again", new Reprotect(Item)).ConfigureAwait(false);
        context.SetBytes(job.Tasks[^1].Bytes);
        var missing = MinimumWrites - (int)Math.Min(MinimumWrites, Stage.Witness.Acknowledged);
        await Stage.GoOnAsync(Math.Max(missing, Options.WritesPerStage / 4), context).ConfigureAwait(false);
        await Stage.WaitUntilInOrderAsync(context).ConfigureAwait(false);
        await RunAsync(context, "final-point", new CreateRecoveryPoint(Item, "Final")).ConfigureAwait(false);
        var point = (await Engine.GetRecoveryPointsAsync(Item).ConfigureAwait(false)).Last(point => point.Label == "Final");
        var result = Compare(context, Engine.OpenPoint(Item, point.Id), point.Position);
        context.Decide(result with { AcknowledgedWrites = Stage.Witness.Acknowledged });
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task RequireCleanFileSystemAsync(TaskContext context)
    {
        if (Options.UserDisks.Count > 0 || !Ext4Disk.Available)
        {
            return;
        }

        context.Report("Checking the filesystem");
        var clean = await Ext4Disk.IsCleanAsync(Engine.Site(OnPremises).ImageFiles(Item)[0], context.Cancellation).ConfigureAwait(false);
        RequireVerified(clean != false, "e2fsck finds the filesystem that came home damaged");
    }

    private StepResult Compare(TaskContext context, IReadOnlyList<IBlockDevice> disks, LogPosition position)
    {
        context.Report("Comparing every block with the log outside the machine");
        var found = Stage.Compare(disks, position, context.Cancellation);
        var result = new StepResult
        {
            BlocksCompared = found.BlocksCompared, BlocksDifferent = found.Different.Count, LostWrites = found.LostWrites,
        };
        if (found.Different.Count > 0)
        {
            var finding = Describe(found);
            context.Decide(result with { Finding = finding });
            RequireVerified(false, finding);
        }

        return result;
    }

    private string Describe(ComparisonResult found)
    {
        const int Named = 8;
        var disks = found.Different.GroupBy(place => place.Disk).Select(group =>
            $"disk {group.Key} ({Stage.Layout.Disks[group.Key].Name}): {group.Count()} blocks differ: "
            + string.Join(", ", group.Take(Named).Select(place => place.Block.ToString(CultureInfo.InvariantCulture)))
            + (group.Count() > Named ? ", …" : ""));
        return string.Join("; ", disks);
    }

    private async Task<Job> RunAsync(TaskContext context, string name, FailbackCommand child)
    {
        var record = Engine.Submit(child, DrillParts.NameOf(context.JobName, name), partOf: null, context.Record.Job.CorrelationId);
        var job = await Engine.WaitForJobAsync(record.Job.Name, context.Cancellation).ConfigureAwait(false);
        return job.State == JobState.Succeeded ? job : throw new AsrException(job.Error!);
    }

    private static double Seconds(TimeSpan? time) => Math.Round((time ?? TimeSpan.Zero).TotalSeconds, 3);

    private static void RequireVerified(bool holds, string finding)
    {
        if (!holds)
        {
            throw ErrorCatalogue.Exception("DrillNotVerified", finding);
        }
    }
}
