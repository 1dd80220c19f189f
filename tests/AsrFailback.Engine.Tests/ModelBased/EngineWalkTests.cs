using AsrFailback.Core.Protection;
using AsrFailback.Core.Tests;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Random commands on real disks, the engine beside a reference model and a model of the content. Walks are drawn by a seed and not by
/// FsCheck, whose properties are not made for what takes a second and awaits; a walk that fails is shortened here. To see it fail, keep
/// the old epoch, or leave the rollback out, in <c>FailoverOperation</c>.
/// </summary>
public sealed class EngineWalkTests(ITestOutputHelper output)
{
    private const int Longest = 20;

    private static readonly Step[] Happenings = [Step.VaultIsReplaced, Step.LinkBreaks, Step.ReplicationStops, Step.ReplicaIsLost];
    private static readonly Step[] Anything = [.. Steps.Commands, .. Happenings];
    private static readonly Step[] Onward = [Step.CreatePoint, Step.CleanUp, Step.Failover, Step.Commit, Step.Reprotect];

    [Fact]
    [Requirement("FO-03", "FO-04", "FO-07", "FO-10", "RP-02", "RP-03", "FB-01", "FB-04")]
    public async Task Wherever_a_walk_leads_the_engine_does_what_the_reference_says_and_every_byte_is_right()
    {
        var carriedOut = new HashSet<(Stage, bool, ProtectionOperation)>();
        var (steps, refused, moves) = (0, 0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, Scale.Of(200, 2_000)), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (seed, _) =>
        {
            var walk = Draw(new Random(seed));
            var failure = await FailureAsync(seed, walk, (gone, done) =>
            {
                lock (carriedOut)
                {
                    carriedOut.UnionWith(done.CarriedOut);
                    (steps, refused, moves) = (steps + gone, refused + done.Refused, moves + done.Moves);
                }
            });
            Assert.True(failure is null, failure is null ? null : await ShortestAsync(seed, walk, failure));
        });

        output.WriteLine($"{steps} steps, {refused} refused, {moves} failovers, seeds from 1");
        Assert.Equal(Possible().Order(), carriedOut.Order());
    }

    // All that the reference knows, in both directions; in the engine an item that is not protected is not there.
    private static IEnumerable<(Stage, bool, ProtectionOperation)> Possible() =>
        from stage in Enum.GetValues<Stage>()
        from homeward in new[] { false, true }
        from operation in Enum.GetValues<ProtectionOperation>()
        where ReferenceRules.IsPossible(stage, operation) && (stage, homeward, operation) switch
        {
            (Stage.Bare, _, _) => !homeward && operation == ProtectionOperation.Enable,
            (_, _, ProtectionOperation.TestFailover or ProtectionOperation.CleanUpTestFailover or ProtectionOperation.CompleteMigration) => !homeward,
            (Stage.Replicating, _, ProtectionOperation.Reprotect) => homeward,
            _ => true,
        }
        select (stage, homeward, operation);

    // Most steps lead round the cycle, the others are anything.
    private static Step[] Draw(Random random)
    {
        var onward = 0;
        return [Step.Enable, .. Enumerable.Range(0, random.Next(Longest / 2, Longest)).Select(_ =>
            random.Next(5) < 3 ? Onward[onward++ % Onward.Length] : Anything[random.Next(Anything.Length)])];
    }

    private static async Task<Exception?> FailureAsync(int seed, Step[] steps, Action<int, EngineWalk>? then = null)
    {
        await using var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [3 << 20, (1 << 20) + 1536], Seed = seed, State = new MemoryState() });
        var walk = new EngineWalk(world, new Random(seed));
        for (var index = 0; index < steps.Length; index++)
        {
            if (await Record.ExceptionAsync(() => walk.StepAsync(steps[index])) is { } failure)
            {
                return new XunitException($"step {index + 1}, {steps[index]}: {failure.Message}", failure);
            }
        }

        then?.Invoke(steps.Length, walk);
        return null;
    }

    // Leaves out whatever the walk fails without.
    private static async Task<string> ShortestAsync(int seed, Step[] steps, Exception failure)
    {
        for (var index = steps.Length - 1; index >= 0; index--)
        {
            Step[] shorter = [.. steps.Where((_, at) => at != index)];
            if (await FailureAsync(seed, shorter) is { } still)
            {
                (steps, failure) = (shorter, still);
            }
        }

        return $"seed {seed}, {string.Join(' ', steps)}: {failure}";
    }
}
