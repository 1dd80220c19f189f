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

    private Task CreateMachine(TaskContext context)
    {
        var journal = Runtime.Journal ?? throw ErrorCatalogue.Exception("NoRecoveryPoint", command.Item);
        var decision = context.DecideOnce(() => new Decision(command.PointId ?? journal.Points[^1].Id));
        if (Facts.TestFailover is not null)
        {
            return Task.CompletedTask;
        }

        journal.Pin(decision.PointId);
        try
        {
            journal.VerifyPoint(decision.PointId);
            Create(decision);
        }
        catch
        {
            journal.Unpin(decision.PointId);
            throw;
        }

        return Task.CompletedTask;
    }

    private void Create(Decision decision)
    {
        var site = Runtime.At(Facts.TargetSide).Site;
        var replica = site.GetMachine(command.Item);
        site.AddTestMachine(replica with { Name = MachineName(command.Item), Uuid = decision.PointId }, command.Network);
        Runtime.State.Change(facts => facts with { TestFailover = new TestFailoverFacts(decision.PointId, MachineName(command.Item)) { StartedUtc = Engine.Options.Clock.GetUtcNow() } });
    }

    private Task Start(TaskContext context)
    {
        Runtime.At(Facts.TargetSide).Site.PowerOn(Facts.TestFailover!.Machine, Facts.Epoch);
        return Task.CompletedTask;
    }

    private sealed record Decision(Guid PointId);
}

/// <summary>Removes what a test failover created; the point may be pruned again.</summary>
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

    private Task CleanUp(TaskContext context)
    {
        if (command.Outlived is { } limit && Facts.TestFailover?.StartedUtc is { } began)
        {
            context.Warn(ErrorCatalogue.Error("TestFailoverOutlived", command.Item, began.UtcDateTime.ToString("u", CultureInfo.InvariantCulture), limit));
        }

        // What a crash left behind is removed as well, although no test failover is known.
        Runtime.At(Side.Recovery).Site.RemoveTestMachine(Facts.TestFailover?.Machine ?? TestFailoverOperation.MachineName(command.Item));
        if (Facts.TestFailover is { } test)
        {
            Runtime.State.Change(facts => facts with { TestFailover = null });
            Runtime.Journal?.Unpin(test.PointId);
        }

        Engine.LookForTestMachine(Runtime, exceptJob: context.JobName);
        return Task.CompletedTask;
    }
}
