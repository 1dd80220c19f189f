namespace AsrFailback.Engine.Tests;

/// <summary>A machine that keeps its address is warned of those that stay on its network, and a plan knows whom it takes along (FO-12).</summary>
public sealed class PlanSubnetTests
{
    private const string KeepsItsAddress = "home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.0.0.4";

    // groups of the plan | what else is so | machines that stay
    public static TheoryData<string> Plans => Notation.Cases("""
        db01, web01+web02 |                            |
        web01, web02+db01 |                            |
        web01, web02      |                            | 1
        web01, web02      | home/db01:nics.0.network=dmz      |
        web01             |                            | 2
        """);

    [Theory]
    [Requirement("FO-12", "RPL-03")]
    [MemberData(nameof(Plans))]
    public async Task Only_machines_that_the_plan_leaves_behind_are_warned_of(string line)
    {
        var columns = Notation.Columns(line);
        await using var world = await PlanWorld.CreateAsync();
        WorldEdit.Make(world, $"{KeepsItsAddress} {columns[1]}");
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of([.. columns[0].Split(", ").Select(group => group.Split('+'))]), Replace: true));
        var run = await PlanWorld.RunAsync(world, PlanWorld.FailOver);

        var before = (await world.Engine.PreviewAsync(run)).Checks.Where(check => check.Id == "WholeSubnet").Select(check => check.Finding?.Message);
        var job = await world.RunAsync(run);

        var told = (await world.Engine.GetJobAsync($"{job.Name}.{DrWorld.Item}"))!.Warnings.Where(warning => warning.Id == "SubnetPartly").Select(warning => warning.Message).ToArray();
        Assert.Equal(columns[2].Length == 0 ? [] : [$"web01 is to keep its address although {columns[2]} machines stay on VM Network."], told);
        Assert.Equal(told, before.OfType<string>());
    }
}
