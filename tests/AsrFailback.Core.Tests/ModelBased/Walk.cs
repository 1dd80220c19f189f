using AsrFailback.Core.Protection;
using FsCheck;
using FsCheck.Fluent;

namespace AsrFailback.Core.Tests;

/// <summary>
/// A walk: where it starts, and its steps. Every part of a walk is a walk, because a command that does not fit is refused and the
/// walk goes on. So a list of steps and its plain shrinking do; the commands of FsCheck's state machines, which are generated where
/// they fit, would leave the refusals out.
/// </summary>
internal sealed record Walk(ReferenceItem Start, Outside Outside, IReadOnlyList<Step> Steps)
{
    public const int Longest = 40;

    /// <summary>Walks from an item that was never protected, and from whatever the facts may say, with the longer list of steps for the first.</summary>
    public static Arbitrary<Walk> Any => Arb.From(Gen.Frequency(
        (1, from steps in Gen.OneOf(StepsUpTo(Longest), Rounds) from sites in Sites select new Walk(ReferenceItem.Fresh, Between(Outside.Quiet, sites), steps)),
        (3, from item in Items from outside in Outsides from steps in StepsUpTo(2) select new Walk(item, outside, steps))), Shorter);

    public override string ToString() => $"from {Start}, {Outside}: {string.Join(' ', Steps)}";

    private static Gen<bool> Coin => Gen.Elements(false, true);

    // What is seldom on both sides of a guard by chance is drawn more often.
    private static Gen<bool> Mostly => Gen.Elements(false, true, true);

    private static Gen<ReferenceItem> Items =>
        from stage in Gen.Elements(Enum.GetValues<Stage>())
        from away in Coin from homeward in Mostly from rehearsed in Coin from migrated in Coin from halfway in Coin from unkept in Coin from planned in Coin from torn in Coin
        select new ReferenceItem
        {
            Stage = stage, Away = away, Homeward = homeward, Rehearsed = rehearsed, Migrated = migrated, Halfway = halfway, Unkept = unkept, Planned = planned, Torn = torn,
        };

    private static Gen<(FabricKind Home, FabricKind Recovery)> Sites => Gen.OneOf(
        from home in Gen.Elements(FabricKind.VMware, FabricKind.AzureVMwareSolution, FabricKind.Physical) select (home, FabricKind.Azure),
        from home in Gen.Elements(FabricKind.HyperV, FabricKind.Vmm) select (home, FabricKind.Azure),
        Gen.Constant((FabricKind.Vmm, FabricKind.Vmm)));

    private static Outside Between(Outside outside, (FabricKind Home, FabricKind Recovery) sites) => outside with { HomeKind = sites.Home, RecoveryKind = sites.Recovery };

    private static Gen<Outside> Outsides =>
        from point in Coin from link in Gen.OneOf(Gen.Constant(ReplicationMode.InOrder), Gen.Elements(Enum.GetValues<ReplicationMode>().Where(mode => mode != ReplicationMode.InOrder))) from lost in Mostly from busy in Coin from outdated in Coin
        from sites in Sites
        select Between(new Outside { HasPoint = point, Link = link, ReplicaLost = lost, Busy = busy, Outdated = outdated }, sites);

    private static Gen<Step[]> StepsUpTo(int longest) =>
        from length in Gen.Choose(0, longest)
        from steps in Gen.Frequency((3, Gen.Elements<Step>(Tests.Steps.Commands)), (1, Gen.Elements(Happenings))).ArrayOf(length)
        select steps;

    // Steps that lead round the cycle, with others between them: by chance alone hardly a walk comes home.
    private static Gen<Step[]> Rounds =>
        from between in StepsUpTo(2).ArrayOf(Longest / 2)
        from length in Gen.Choose(0, Longest / 2)
        select (Step[])[Step.Enable, .. between.Take(length).SelectMany((steps, index) => (Step[])[.. steps, Step.JobEnds, .. Onward[index % Onward.Length]])];

    private static Step[][] Onward => [[Step.SynchronisationEnds, Step.CleanUp, Step.Failover, Step.PlannedFailover], [Step.Commit], [Step.Reprotect]];

    private static IEnumerable<Step> Happenings => Enum.GetValues<Step>().Where(step => step.Operation() is null);

    private static IEnumerable<Walk> Shorter(Walk walk)
    {
        if (walk.Start != ReferenceItem.Fresh || walk.Outside != Outside.Quiet)
        {
            yield return walk with { Start = ReferenceItem.Fresh, Outside = Outside.Quiet };
        }

        for (var length = walk.Steps.Count; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= walk.Steps.Count; at++)
            {
                yield return walk with { Steps = [.. walk.Steps.Take(at), .. walk.Steps.Skip(at + length)] };
            }
        }

        foreach (var simpler in Simpler(walk.Start).Where(start => start != walk.Start))
        {
            yield return walk with { Start = simpler };
        }

        foreach (var simpler in Simpler(walk.Outside).Where(outside => outside != walk.Outside))
        {
            yield return walk with { Outside = simpler };
        }
    }

    private static IEnumerable<ReferenceItem> Simpler(ReferenceItem item) =>
    [
        item with { Stage = Stage.Bare }, item with { Away = false }, item with { Homeward = false }, item with { Rehearsed = false },
        item with { Migrated = false }, item with { Halfway = false }, item with { Unkept = false }, item with { Planned = false }, item with { Torn = false },
    ];

    private static IEnumerable<Outside> Simpler(Outside outside) =>
    [
        outside with { HasPoint = false }, outside with { Link = ReplicationMode.Stopped }, outside with { ReplicaLost = false },
        outside with { Busy = false }, outside with { Outdated = false }, Between(outside, (FabricKind.VMware, FabricKind.Azure)),
    ];
}
