using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>On the way home to a VMware site another policy counts, which nobody can change.</summary>
public sealed class FailbackPolicyTests
{
    private static readonly ReplicationPolicy Own = new(TimeSpan.FromHours(2), 7, 1 << 20) { MaxAge = TimeSpan.FromDays(3), RpoThreshold = TimeSpan.FromHours(1) };

    private static readonly ReplicationPolicy WithScripts = Own with { Quiesce = new QuiesceScripts("/freeze", "/thaw"), AppConsistentInterval = TimeSpan.FromHours(6) };

    // kind of the home, where replication comes from | the policy that counts and its name
    public static TheoryData<string> Rows => Notation.Cases("""
        VMware              Home     | own      web01-policy
        VMware              Recovery | failback onprem-failback
        AzureVMwareSolution Recovery | failback onprem-failback
        Vmm                 Recovery | own      web01-policy
        Physical            Recovery | own      web01-policy
        """);

    [Theory]
    [Requirement("TO-09")]
    [MemberData(nameof(Rows))]
    public void The_direction_selects_the_policy(string line)
    {
        var columns = Notation.Columns(line);
        var (words, expected) = (Notation.Words(columns[0]), Notation.Words(columns[1]));
        var facts = Facts.In(Phase.Protected, Enum.Parse<Side>(words[1])) with { HomeKind = Enum.Parse<FabricKind>(words[0]), Policy = WithScripts };

        var item = ServiceProjection.Project(facts, ArmId.Vault(Guid.Empty, "v"), hasPoint: true, currentJob: null);

        Assert.Equal(expected[0] == "own" ? WithScripts : FailbackPolicy.Of(WithScripts), item.Policy);
        Assert.Equal((item.Policy, WithScripts, expected[1]), (facts.PolicyInForce, item.ForwardPolicy, item.PolicyName));
    }

    [Fact]
    [Requirement("TO-09")]
    public void What_is_fixed_is_fixed_and_the_rest_is_as_it_was()
    {
        Assert.Equal(Own with { RpoThreshold = TimeSpan.FromMinutes(15), MaxAge = TimeSpan.FromHours(24) }, FailbackPolicy.Of(Own));
        Assert.Equal(
            WithScripts with { RpoThreshold = TimeSpan.FromMinutes(15), MaxAge = TimeSpan.FromHours(24), AppConsistentInterval = TimeSpan.FromMinutes(60), PointInterval = TimeSpan.FromMinutes(60) },
            FailbackPolicy.Of(WithScripts));
    }

    [Theory]
    [Requirement("TO-09")]
    [InlineData(5, 5)]
    [InlineData(60, 60)]
    [InlineData(61, 60)]
    public void Points_come_at_least_as_often_as_they_are_to_be_application_consistent(int minutes, int expected) =>
        Assert.Equal(TimeSpan.FromMinutes(expected), FailbackPolicy.Of(WithScripts with { PointInterval = TimeSpan.FromMinutes(minutes) }).PointInterval);

    [RecordedFact]
    [Requirement("TO-09")]
    public void The_fixed_values_and_the_ending_of_the_name_are_as_recorded()
    {
        var recorded = RecordedExchange.Read("05-policies-mappings.json").GetProperty("failback_policy");
        var values = recorded.GetProperty("properties").GetProperty("providerSpecificDetails");

        Assert.Equal(values.GetProperty("recoveryPointThresholdInMinutes").GetDouble(), FailbackPolicy.RpoThreshold.TotalMinutes);
        Assert.Equal(values.GetProperty("recoveryPointHistory").GetDouble(), FailbackPolicy.MaxAge.TotalMinutes);
        Assert.Equal(values.GetProperty("appConsistentFrequencyInMinutes").GetDouble(), FailbackPolicy.AppConsistentInterval.TotalMinutes);
        Assert.EndsWith(FailbackPolicy.NameOf(""), recorded.GetProperty("name").GetString(), StringComparison.Ordinal);
    }
}
