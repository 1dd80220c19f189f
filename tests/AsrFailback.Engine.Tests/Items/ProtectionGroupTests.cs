using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Tests;

/// <summary>A machine changes between its protection group and the failback group of it, by itself and with its plan.</summary>
public sealed class ProtectionGroupTests
{
    private static readonly WorldSetup Small = new() { DiskBytes = [1 << 20] };

    [Fact]
    [Requirement("TO-08")]
    public async Task A_reprotect_moves_the_machine_into_the_failback_group_and_the_next_one_back()
    {
        await using var world = await DrWorld.CreateAsync(Small);
        await world.RunAsync(DrWorld.Enable() with { ProtectionGroup = "PG1" });
        Assert.Equal("PG1", await GroupAsync(world));
        await world.MoveAsync();
        Assert.Equal("PG1", await GroupAsync(world));
        Assert.Equal(["ProtectionGroupMismatch"], await world.RefusedAsync(new Reprotect(DrWorld.Item) { ProtectionGroup = "PG1" }));

        await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.Equal("PG1_Failback", await GroupAsync(world));
        await world.MoveAsync();
        await world.ReopenAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item) { ProtectionGroup = "PG1" });

        Assert.Equal("PG1", await GroupAsync(world));
    }

    [Fact]
    [Requirement("TO-08")]
    public async Task An_item_from_before_there_were_groups_is_in_the_one_of_its_fabrics()
    {
        await using var world = await DrWorld.ProtectedAsync(Small);
        Assert.DoesNotContain("protectionGroup", world.Documents().Single(document => document.Kind == "item").Json, StringComparison.Ordinal);

        Assert.Equal("onprem-azure", await GroupAsync(world));
    }

    [Theory]
    [Requirement("TO-08")]
    [InlineData("a/b", "NameInvalid")]
    [InlineData("", "NameInvalid")]
    [InlineData("PG1_Failback", "ProtectionGroupReserved")]
    [InlineData("../x_failback", "NameInvalid ProtectionGroupReserved")]
    public async Task A_name_that_cannot_be_one_of_a_group_is_refused(string name, string reasons)
    {
        await using var world = await DrWorld.CreateAsync(Small);

        Assert.Equal(reasons, string.Join(' ', await world.RefusedAsync(DrWorld.Enable() with { ProtectionGroup = name })));
    }

    [Fact]
    [Requirement("TO-08")]
    public async Task A_group_of_machines_of_other_fabrics_is_refused_and_one_of_the_same_fabrics_is_joined()
    {
        await using var world = await DrWorld.CreateAsync(Small);
        await AddOtherAzureAsync(world);
        await world.RunAsync(DrWorld.Enable() with { ProtectionGroup = "PG1" });
        var (elsewhere, here) = (Enable(world, "web02", "azure2") with { ProtectionGroup = "pg1" }, Enable(world, "web03", DrWorld.Azure) with { ProtectionGroup = "PG1" });

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(elsewhere));
        await world.RunAsync(here);
        await world.RunAsync(elsewhere with { ProtectionGroup = null });

        Assert.Equal("ProtectionGroupOfOthers", refusal.Error.Id);
        Assert.Contains("onprem → azure", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["ProtectionGroupOfOthers"], await world.RefusedAsync(Enable(world, "web04", DrWorld.Azure) with { ProtectionGroup = "onprem-azure2" }));
    }

    [Fact]
    [Requirement("TO-08")]
    public async Task A_machine_that_is_about_to_be_in_a_group_counts()
    {
        await using var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20], State = new MemoryState() });
        await AddOtherAzureAsync(world);
        var elsewhere = Enable(world, "web02", "azure2") with { ProtectionGroup = "PG1" };
        using var goOn = new ManualResetEventSlim();
        world.Setup.OnProgress = _ => goOn.Wait(DrWorld.Patience);
        var first = await world.Engine.SubmitAsync(DrWorld.Enable() with { ProtectionGroup = "PG1" });
        Assert.Null(world.Engine.TryRuntimeOf(DrWorld.Item));

        var refused = await world.RefusedAsync(elsewhere);
        goOn.Set();

        Assert.Equal(["ProtectionGroupOfOthers"], refused);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Fact]
    [Requirement("RPL-04")]
    public async Task A_plan_that_was_made_with_a_group_has_its_failback_group_and_brings_the_machine_home()
    {
        await using var world = await DrWorld.CreateAsync(Small);
        await world.RunAsync(DrWorld.Enable() with { ProtectionGroup = "PG1" });
        await world.RunAsync(Enable(world, "web02", DrWorld.Azure));
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["web02"], [DrWorld.Item]), Replace: false));
        Assert.Equal(["onprem-azure", "onprem-azure_Failback", "PG1", "PG1_Failback"], await GroupsOfPlanAsync(world));
        foreach (var step in new Func<string, ItemCommand>[] { PlanWorld.FailOver, PlanWorld.Commit, item => new Reprotect(item) })
        {
            await world.RunAsync(await PlanWorld.RunAsync(world, step));
        }

        Assert.Equal("PG1_Failback", await GroupAsync(world));
        Assert.Contains("PG1_Failback", await GroupsOfPlanAsync(world));
        world.Write(5);
        await world.RunAsync(await PlanWorld.RunAsync(world, item => new StartFailover(item, null, ShutDownSource: true) { Direction = FailoverDirection.ToHome }));

        Assert.Equal((Side.Home, Phase.CommitPending), (world.Facts.ActiveSide, world.Facts.Phase));
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RPL-04")]
    public async Task A_machine_that_is_not_protected_any_more_brings_no_group_into_its_plan()
    {
        await using var world = await DrWorld.CreateAsync(Small);
        await world.RunAsync(DrWorld.Enable() with { ProtectionGroup = "PG1" });
        await world.RunAsync(Enable(world, "web02", DrWorld.Azure));
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["web02"], [DrWorld.Item]), Replace: false));

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Equal(["onprem-azure", "onprem-azure_Failback"], await GroupsOfPlanAsync(world));
    }

    private static async Task<string> GroupAsync(DrWorld world) => (await world.ItemAsync()).ProtectionGroup;

    private static async Task<IReadOnlyList<string>> GroupsOfPlanAsync(DrWorld world) => (await world.Engine.GetRecoveryPlansAsync()).Single().ProtectionGroups;

    private static EnableProtection Enable(DrWorld world, string name, string recoveryFabric)
    {
        world.AddMachine(name, MachineModel.Random([1 << 20], 3));
        return new EnableProtection(name, DrWorld.Home, recoveryFabric, DrWorld.Policy);
    }

    private static async Task AddOtherAzureAsync(DrWorld world)
    {
        SiteTemplate.CreateAzure(new UnflushedFileSystem(), world.SiteRoot("azure2"));
        await world.RunAsync(new AddFabric("azure2", world.SiteRoot("azure2")));
    }
}
