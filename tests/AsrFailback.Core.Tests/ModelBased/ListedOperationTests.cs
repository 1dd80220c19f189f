using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>What is listed in the service's words is derived from the phase table: nothing is offered that the rules refuse.</summary>
public sealed class ListedOperationTests
{
    private static readonly Dictionary<string, Step> Commands = new()
    {
        ["UnplannedFailover"] = Step.Failover, ["DisableProtection"] = Step.Disable, ["TestFailover"] = Step.TestFailover, ["TestFailoverCleanup"] = Step.CleanUp,
        ["Commit"] = Step.Commit, ["ChangePit"] = Step.SwitchPoint, ["CancelFailover"] = Step.CancelFailover, ["SwitchProtection"] = Step.Reprotect, ["CompleteMigration"] = Step.CompleteMigration,
        ["PlannedFailover"] = Step.PlannedFailover, ["Failback"] = Step.PlannedFailover, ["FinalizeFailback"] = Step.PlannedFailover, ["ReverseReplicate"] = Step.Reprotect,
    };

    [Fact]
    public void No_operation_is_listed_that_would_be_refused()
    {
        var coin = new[] { false, true };
        var wrong = from sites in new[] { (FabricKind.VMware, FabricKind.Azure), (FabricKind.HyperV, FabricKind.Azure), (FabricKind.Vmm, FabricKind.Azure), (FabricKind.Vmm, FabricKind.Vmm) }
                    from stage in Enum.GetValues<Stage>()
                    from away in coin
                    from homeward in coin
                    from rehearsed in coin
                    from migrated in coin
                    from unkept in coin
                    from torn in coin
                    from point in coin
                    let item = new ReferenceItem { Stage = stage, Away = away, Homeward = homeward, Rehearsed = rehearsed, Migrated = migrated, Unkept = unkept, Torn = torn }
                    let outside = Outside.Quiet with { HasPoint = point, Link = ReplicationMode.InOrder, HomeKind = sites.Item1, RecoveryKind = sites.Item2 }
                    where item.IsReachable(outside.Way)
                    let product = CoreItem.Of(item, outside)
                    from listed in ServiceProjection.AllowedOperationsOf(product.Facts, point)
                    where !(outside.Way == Way.Turned && stage == Stage.Settled && homeward && listed.Value == "CompleteMigration") // the service was seen to list it at home
                    let reasons = product.Refusals(outside, Commands[listed.Value])
                    where reasons.Count > 0
                    select $"{listed} in {item}, point {point}: {string.Join(' ', reasons)}";

        Assert.Empty(wrong);
    }
}
