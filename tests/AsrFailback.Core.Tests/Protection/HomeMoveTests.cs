using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>What an item knows after its home has moved.</summary>
public sealed class HomeMoveTests
{
    private static readonly Guid Machine = new("7a1d6a3e-0000-4000-8000-000000000002");

    private static readonly ProtectionFacts InAzure = Facts.In(Phase.Committed, Side.Home, Side.Recovery) with
    {
        Epoch = 4, MasterTarget = "mt01", RetentionVolume = "R:", ProcessServer = "ps-home", ReplicaRan = true, ReplicaSuspect = true, ReplicaSpoilt = true,
    };

    [Fact]
    [Requirement("RP-15")]
    public void Nothing_that_was_known_of_the_old_home_counts_at_the_new_one()
    {
        var moved = HomeMove.To(InAzure, "dc1", FabricKind.AzureVMwareSolution, Machine);

        Assert.Equal(("dc1", FabricKind.AzureVMwareSolution), (moved.HomeFabric, moved.HomeKind));
        Assert.Equal((null, null, null, null), (moved.MasterTarget, moved.RetentionVolume, moved.ProcessServer, moved.Placement));
        Assert.Equal((false, false, false, true), (moved.ReplicaRan, moved.ReplicaSuspect, moved.ReplicaSpoilt, moved.CompareEverything));
        Assert.Equal([new LeftMachine("onprem", Machine, "mt01", "R:")], moved.Left);
        Assert.Equal(InAzure.Epoch + 1, HomeMove.FenceOf(moved));
    }

    // where it goes one after the other | where it was left
    [Theory]
    [InlineData("dc1", "onprem")]
    [InlineData("dc1 dc2", "onprem dc1")]
    [InlineData("dc1 ONPREM", "dc1")]
    [InlineData("dc1 dc2 dc1", "onprem dc2")]
    [InlineData("dc1 dc2 onprem dc1", "dc2 onprem")]
    public void A_machine_is_left_at_every_site_but_its_home_and_keeps_its_origin(string way, string left)
    {
        var facts = Notation.Words(way).Aggregate(InAzure, (facts, home) => HomeMove.To(facts, home, FabricKind.VMware, Machine));

        Assert.Equal(Notation.Words(left), facts.Left.Select(machine => machine.Fabric));
        Assert.All(Notation.Words(left), site => Assert.True(HomeMove.HasLeft(facts, site.ToUpperInvariant())));
        Assert.False(HomeMove.HasLeft(facts, facts.HomeFabric));
        Assert.Equal(("onprem", FabricKind.VMware), (facts.OriginFabric, facts.OriginKind));
    }

    [Fact]
    public void An_item_that_never_moved_is_at_its_origin() => Assert.Equal((InAzure.HomeFabric, InAzure.HomeKind), (InAzure.OriginFabric, InAzure.OriginKind));
}
