using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>The protection group of a machine follows from where its replication leads.</summary>
public sealed class ProtectionGroupTests
{
    // the group it was protected in, where its replication comes from | the group it is in
    public static TheoryData<string> Rows => Notation.Cases("""
        -    Home     | onprem-azure
        -    Recovery | onprem-azure_Failback
        shop Home     | shop
        shop Recovery | shop_Failback
        """);

    [Theory]
    [Requirement("TO-08")]
    [MemberData(nameof(Rows))]
    public void A_machine_is_in_its_group_on_the_way_out_and_in_its_failback_group_on_the_way_home(string line)
    {
        var columns = Notation.Columns(line);
        var words = Notation.Words(columns[0]);
        var facts = Facts.In(Phase.Protected, Enum.Parse<Side>(words[1])) with { ProtectionGroup = words[0] == "-" ? null : words[0] };

        Assert.Equal(columns[1], ProtectionGroups.Of(facts));
        Assert.Equal(columns[1], ServiceProjection.Project(facts, ArmId.Vault(Guid.Empty, "v"), hasPoint: true, currentJob: null).ProtectionGroup);
    }

    [Fact]
    [Requirement("TO-08")]
    public void A_failover_alone_does_not_change_the_group() =>
        Assert.Equal("onprem-azure", ProtectionGroups.Of(Facts.In(Phase.Committed, Side.Home, Side.Recovery)));

    [Fact]
    [Requirement("RPL-04")]
    public void Several_machines_have_every_group_once_and_each_its_failback_group()
    {
        var items = new[] { "shop", "bank", "SHOP", null, "bank" }.Select(group => Facts.Web01 with { ProtectionGroup = group, SourceSide = group == "bank" ? Side.Recovery : Side.Home });

        Assert.Equal(["shop", "shop_Failback", "bank", "bank_Failback", "onprem-azure", "onprem-azure_Failback"], ProtectionGroups.OfAll(items));
        Assert.Empty(ProtectionGroups.OfAll([]));
    }

    [Theory]
    [Requirement("TO-08")]
    [InlineData("shop_Failback", true)]
    [InlineData("SHOP_FAILBACK", true)]
    [InlineData("_Failback", true)]
    [InlineData("Failback", false)]
    [InlineData("shop_Failback_2", false)]
    public void Names_with_the_ending_belong_to_failback_groups(string name, bool failback) => Assert.Equal(failback, ProtectionGroups.IsFailback(name));
}
