using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using AsrFailback.Core.Protection;
using Xunit.Abstractions;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Sixteen operators who do not know of each other: what was accepted is one sequence that the phase table allows, and who was refused was
/// told of a job that really was in the way. To see it fail: submit without the lock of the engine, or leave <c>NotBusy</c> out.
/// </summary>
public sealed partial class JobHistoryTests(ITestOutputHelper output)
{
    private const int Operators = 16;
    private const int Operations = 20_000;

    [Fact]
    [Requirement("FO-11")]
    public async Task What_many_operators_do_at_once_is_one_sequence_and_refusals_name_who_was_in_the_way()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var world = await PlanWorld.CreateAsync();
        var history = new ConcurrentBag<Operation>();

        await Task.WhenAll(Enumerable.Range(0, Operators).Select(number => Task.Run(() => OperateAsync(world, new Random(seed + number), history))));

        Assert.Equal(Operations, history.Count);
        var jobs = (await world.Engine.GetJobsAsync()).Reverse().ToArray();
        foreach (var item in PlanWorld.Names)
        {
            AssertSequence(world, jobs, history, item);
        }

        AssertRefusals(jobs.ToDictionary(job => job.Name), history);
        output.WriteLine($"{history.Count(done => done.Job is not null)} accepted, {history.Count(IsBusy)} refused as busy");
        Assert.InRange(history.Count(IsBusy), Operations / 20, Operations);
    }

    private static async Task OperateAsync(DrWorld world, Random random, ConcurrentBag<Operation> history)
    {
        for (var count = 0; count < Operations / Operators; count++)
        {
            var command = CommandOf(random, PlanWorld.Names[random.Next(PlanWorld.Names.Length)]);
            var invoked = DateTimeOffset.UtcNow;
            try
            {
                var job = await world.Engine.SubmitAsync(command);
                await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
                history.Add(new Operation(command, job.Name, null, invoked, DateTimeOffset.UtcNow));
            }
            catch (AsrException refused)
            {
                history.Add(new Operation(command, null, refused.Error, invoked, DateTimeOffset.UtcNow));
            }
        }
    }

    // Points and policies are cheap; now and then somebody moves a machine.
    private static ItemCommand CommandOf(Random random, string item) => random.Next(100) switch
    {
        < 50 => new CreateRecoveryPoint(item, ""),
        < 90 => new UpdateProtection(item, DrWorld.Policy with { MaxPoints = random.Next(50, 100) }),
        < 94 => new StartFailover(item, null, ShutDownSource: true),
        < 96 => new CancelFailover(item),
        < 98 => new CommitFailover(item),
        _ => new Reprotect(item),
    };

    // One after the other, each from the phase that the one before had left.
    private static void AssertSequence(DrWorld world, Job[] jobs, ConcurrentBag<Operation> history, string item)
    {
        var commands = history.Where(done => done.Job is not null).ToDictionary(done => done.Job!, done => done.Command);
        var accepted = jobs.Where(job => job.TargetObjectName == item && commands.ContainsKey(job.Name)).ToArray();
        var (phase, policy) = (Phase.Protected, world.Engine.RuntimeOf(item).State.Facts.Policy.MaxPoints);
        DateTimeOffset? ended = null;
        foreach (var job in accepted)
        {
            Assert.True(ended is null || ended <= job.StartTime, $"{job.Name} began at {job.StartTime:O}, before the one before it had ended at {ended:O}");
            ended = job.EndTime;
            var row = PhaseTable.Find(ProviderPath.InMage, phase, OperationOf(commands[job.Name]));
            Assert.True(row is not null, $"{job.FriendlyName} of {item} was accepted in phase {phase}");
            if (job.State == JobState.Succeeded)
            {
                phase = row.Next;
                policy = commands[job.Name] is UpdateProtection update ? update.Policy.MaxPoints : policy;
            }
        }

        var facts = world.Engine.RuntimeOf(item).State.Facts;
        Assert.Equal((phase, policy), (facts.Phase, facts.Policy.MaxPoints));
    }

    // A job is in the way until its end is durable, which is a little after the time of its end.
    private static void AssertRefusals(Dictionary<string, Job> jobs, ConcurrentBag<Operation> history)
    {
        var overBy = history.Where(done => done.Job is not null).ToDictionary(done => done.Job!, done => done.Responded);
        foreach (var refused in history.Where(IsBusy))
        {
            var message = BusyReason(refused.Refusal!)!.Message;
            var named = jobs[JobName().Match(message).Groups[1].Value];
            Assert.Equal(refused.Command.Item, named.TargetObjectName);
            Assert.True(named.StartTime <= refused.Responded && overBy[named.Name] >= refused.Invoked, $"{named.Name} was over, or had not begun: {message}");
            Assert.Contains($"started by {named.StartedBy} at {named.StartTime.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}", message, StringComparison.Ordinal);
        }
    }

    private static bool IsBusy(Operation done) => done.Refusal is { } refusal && BusyReason(refusal) is not null;

    private static AsrError? BusyReason(AsrError refusal) => refusal.Reasons.Prepend(refusal).FirstOrDefault(reason => reason.Id == "ItemBusy");

    private static ProtectionOperation OperationOf(ItemCommand command) => command switch
    {
        CreateRecoveryPoint => ProtectionOperation.CreatePoint,
        UpdateProtection => ProtectionOperation.Update,
        StartFailover => ProtectionOperation.Failover,
        CancelFailover => ProtectionOperation.CancelFailover,
        CommitFailover => ProtectionOperation.Commit,
        _ => ProtectionOperation.Reprotect,
    };

    [GeneratedRegex(@"job (\S+) \(")]
    private static partial Regex JobName();

    private sealed record Operation(ItemCommand Command, string? Job, AsrError? Refusal, DateTimeOffset Invoked, DateTimeOffset Responded);
}
