using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>A machine at the target that reads a pinned point and writes to overlays of its own (FO-01).</summary>
internal sealed class TestFailoverOperation(StartTestFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.TestFailover, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, CreateMachine, Start];

    public override Preview Describe(Preview preview) => WithPoint(preview, command.PointId);

    /// <summary>Name of the test machine of an item.</summary>
    public static string MachineName(string item) => item + "-test";

    private async Task CreateMachine(TaskContext context)
    {
        var journal = Runtime.Journal ?? throw ErrorCatalogue.Exception("NoRecoveryPoint", command.Item);
        var decision = context.DecideOnce(() => new Decision(command.PointId ?? journal.Points[^1].Id));
        if (Facts.TestFailover is not null)
        {
            return;
        }

        journal.Pin(decision.PointId);
        try
        {
            journal.VerifyPoint(decision.PointId);
            Create(decision, command.SkipDigest ? null : await DigestsAsync(context, decision).ConfigureAwait(false));
        }
        catch
        {
            journal.Unpin(decision.PointId);
            throw;
        }
    }

    private async Task<DigestFacts> DigestsAsync(TaskContext context, Decision decision)
    {
        var digests = await new TestFailoverDigests(Engine, Runtime, context).BeforeAsync(decision.PointId).ConfigureAwait(false);
        context.SetDigests(digests.Disks);
        return digests;
    }

    private void Create(Decision decision, DigestFacts? digests)
    {
        var site = Runtime.At(Facts.TargetSide).Site;
        var replica = site.GetMachine(command.Item);
        site.AddTestMachine(replica with { Name = MachineName(command.Item), Uuid = decision.PointId, Nics = Engine.NicsOnArrival(Facts) }, command.Network);
        Runtime.State.Change(facts => facts with { TestFailover = new TestFailoverFacts(decision.PointId, MachineName(command.Item)) { StartedUtc = Engine.Options.Clock.GetUtcNow(), Digests = digests } });
    }

    private Task Start(TaskContext context)
    {
        Runtime.At(Facts.TargetSide).Site.PowerOn(Facts.TestFailover!.Machine, Facts.Epoch);
        return Task.CompletedTask;
    }

    private sealed record Decision(Guid PointId);
}

/// <summary>
/// Removes what a test failover created; the point may be pruned again. What production and the replica held before is
/// compared with what they hold then: a difference fails the job, which has cleaned up all the same.
/// </summary>
internal sealed class CleanUpTestFailoverOperation(CleanUpTestFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.CleanUpTestFailover, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CleanUp];

    public override IReadOnlyList<CheckResult> Check(string? asJob) =>
    [
        .. base.Check(asJob).Where(check => check.Id != "Phase" || Runtime.LeftTestMachine is null), // what was left behind belongs to no phase
        CheckResult.Of("Comment", "FO-01", command.Comment is not { Length: > CleanUpTestFailover.MaxComment }, () => ErrorCatalogue.Error(
            "CommentTooLong", command.Comment!.Length, CleanUpTestFailover.MaxComment)),
    ];

    private async Task CleanUp(TaskContext context)
    {
        if (command.Outlived is { } limit && Facts.TestFailover?.StartedUtc is { } began)
        {
            context.Warn(ErrorCatalogue.Error("TestFailoverOutlived", command.Item, began.UtcDateTime.ToString("u", CultureInfo.InvariantCulture), limit));
        }

        // What a crash left behind is removed as well, although no test failover is known.
        foreach (var site in Facts.TestSides.Select(side => Runtime.At(side).Site).Where((site, index) => index == 0 || site.IsReachable))
        {
            site.RemoveTestMachine(Facts.TestFailover?.Machine ?? TestFailoverOperation.MachineName(command.Item));
        }

        if (Facts.TestFailover is { } test)
        {
            await CompareAsync(context, test).ConfigureAwait(false);
            Runtime.State.Change(facts => facts with { TestFailover = null });
            Runtime.Journal?.Unpin(test.PointId);
        }

        Engine.LookForTestMachine(Runtime, exceptJob: context.JobName);
        RequireUndisturbed(context.Record.Job.Digests);
    }

    // In the job before the test failover is forgotten: a stop in between must not forget what was found. A replica that
    // somebody wrote is put right like any other.
    private async Task CompareAsync(TaskContext context, TestFailoverFacts test)
    {
        if (command.SkipDigest || test.Digests is not { } before)
        {
            return;
        }

        var digests = await new TestFailoverDigests(Engine, Runtime, context).AfterAsync(test.PointId, before).ConfigureAwait(false);
        context.SetDigests(digests);
        if (digests.Any(digest => digest is { Disturbed: true, Place: DigestPlace.Replica }))
        {
            Runtime.State.Change(facts => facts with { ReplicaSuspect = true, CompareEverything = true });
        }
    }

    private void RequireUndisturbed(IReadOnlyList<DiskDigest> digests)
    {
        var disturbed = digests.Where(digest => digest.Disturbed).Select(digest => $"{digest.Place}: {digest.Disk}").ToArray();
        if (disturbed.Length > 0)
        {
            throw ErrorCatalogue.Exception("TestFailoverDisturbed", command.Item, string.Join(", ", disturbed));
        }
    }
}
