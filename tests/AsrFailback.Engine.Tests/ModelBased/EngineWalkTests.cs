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

    [Theory]
    [Requirement("FO-02", "FO-03", "FO-04", "FO-07", "FO-08", "FO-09", "FO-10", "RP-02", "RP-03", "FB-01", "FB-04", "FB-05", "FB-06")]
    [InlineData(FabricKind.VMware, FabricKind.Azure, 200)]
    [InlineData(FabricKind.HyperV, FabricKind.Azure, 80)]
    [InlineData(FabricKind.Vmm, FabricKind.Vmm, 60)]
    public async Task Wherever_a_walk_leads_the_engine_does_what_the_reference_says_and_every_byte_is_right(FabricKind home, FabricKind recovery, int walks)
    {
        var sites = Outside.Quiet with { HomeKind = home, RecoveryKind = recovery };
        var carriedOut = new HashSet<(Way, Stage, bool, ProtectionOperation)>();
        var (steps, refused, moves) = (0, 0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, Scale.Of(walks, 10 * walks)), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (seed, _) =>
        {
            var walk = Draw(sites.Way, new Random(seed));
            var failure = await FailureAsync(sites, seed, walk, (gone, done) =>
            {
                lock (carriedOut)
                {
                    carriedOut.UnionWith(done.CarriedOut);
                    (steps, refused, moves) = (steps + gone, refused + done.Refused, moves + done.Moves);
                }
            });
            Assert.True(failure is null, failure is null ? null : await ShortestAsync(sites, seed, walk, failure));
        });

        output.WriteLine($"{steps} steps, {refused} refused, {moves} failovers, seeds from 1");
        Assert.Empty(carriedOut.Except(Possible(sites.Way)));
        Assert.Empty(Must(sites.Way).Except(sites.Way == Way.Turned ? carriedOut : carriedOut.Select(AnyDirection)));
    }

    // All that the reference knows, in both directions; in the engine an item that is not protected is not there.
    private static IEnumerable<(Way, Stage, bool, ProtectionOperation)> Possible(Way way) =>
        from stage in Enum.GetValues<Stage>()
        from homeward in new[] { false, true }
        from operation in Enum.GetValues<ProtectionOperation>()
        where ReferenceRules.IsPossible(stage, operation, way) && (stage, homeward, operation) switch
        {
            (Stage.Bare, _, _) => !homeward && operation == ProtectionOperation.Enable,
            (_, _, ProtectionOperation.TestFailover or ProtectionOperation.CleanUpTestFailover) => !homeward || way == Way.Mirrored,
            (Stage.Settled, _, ProtectionOperation.CompleteMigration) => !homeward || way == Way.Fetched, // a failback that was given up led home
            (Stage.Replicating, _, ProtectionOperation.Reprotect) => homeward && way != Way.Fetched,
            (Stage.Settled, _, ProtectionOperation.Reprotect) => homeward || way != Way.Fetched,
            _ => true,
        }
        select (way, stage, homeward, operation);

    // Everything, in both directions, on the way with most walks; on the others what moves a machine, in either.
    private static IEnumerable<(Way, Stage, bool, ProtectionOperation)> Must(Way way) => way == Way.Turned ? Possible(way) : Possible(way).Select(AnyDirection).Distinct()
        .Where(one => one.Item4 is not (ProtectionOperation.Update or ProtectionOperation.Repair or ProtectionOperation.Disable or ProtectionOperation.CompleteMigration));

    private static (Way, Stage, bool, ProtectionOperation) AnyDirection((Way Way, Stage Stage, bool Homeward, ProtectionOperation Operation) one) => (one.Way, one.Stage, false, one.Operation);

    // Steps that lead round the cycle.
    private static Step[] Onward(Way way) => way switch
    {
        Way.Fetched => [Step.CreatePoint, Step.CleanUp, Step.PlannedFailover, Step.Commit, Step.DataIsSentHome, Step.PlannedFailover, Step.Commit, Step.Reprotect],
        Way.Mirrored => [Step.CreatePoint, Step.CleanUp, Step.PlannedFailover, Step.Commit, Step.ReplicaIsLost, Step.CleanUp, Step.Failover, Step.Commit, Step.Reprotect],
        _ => [Step.CreatePoint, Step.CleanUp, Step.Failover, Step.Commit, Step.Reprotect],
    };

    // Most steps lead on, the others are anything.
    private static Step[] Draw(Way way, Random random)
    {
        var (next, onward) = (0, Onward(way));
        Step[] anything = [.. Steps.Commands, .. Happenings, .. way == Way.Fetched ? [Step.DataIsSentHome] : Array.Empty<Step>()];
        return [Step.Enable, .. Enumerable.Range(0, random.Next(Longest / 2, Longest)).Select(_ =>
            random.Next(5) < 3 ? onward[next++ % onward.Length] : anything[random.Next(anything.Length)])];
    }

    private static async Task<Exception?> FailureAsync(Outside sites, int seed, Step[] steps, Action<int, EngineWalk>? then = null)
    {
        await using var world = await DrWorld.CreateAsync(
            sites.HomeKind, sites.RecoveryKind, new WorldSetup { DiskBytes = [3 << 20, (1 << 20) + 1536], Seed = seed, State = new MemoryState() });
        var walk = new EngineWalk(world, sites, new Random(seed));
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
    private static async Task<string> ShortestAsync(Outside sites, int seed, Step[] steps, Exception failure)
    {
        for (var index = steps.Length - 1; index >= 0; index--)
        {
            Step[] shorter = [.. steps.Where((_, at) => at != index)];
            if (await FailureAsync(sites, seed, shorter) is { } still)
            {
                (steps, failure) = (shorter, still);
            }
        }

        return $"seed {seed}, {string.Join(' ', steps)}: {failure}";
    }
}
