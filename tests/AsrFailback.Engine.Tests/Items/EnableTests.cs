namespace AsrFailback.Engine.Tests;

/// <summary>Protecting a machine: what is refused, and that nothing that is in use is ever overwritten.</summary>
public sealed class EnableTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var world = await DrWorld.CreateAsync();

        Assert.Equal(["FabricNotFound", "FabricNotFound"], await world.RefusedAsync(new EnableProtection(DrWorld.Item, "here", "there", DrWorld.Policy)));
        Assert.Equal(["MachineNotFound"], await world.RefusedAsync(new EnableProtection("web09", DrWorld.Home, DrWorld.Azure, DrWorld.Policy)));
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);
        Assert.Equal(["SiteUnreachable", "SiteUnreachable"], await world.RefusedAsync(DrWorld.Enable()));
    }

    [Fact]
    public async Task A_protected_machine_is_not_protected_again()
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal(["ItemExists"], await world.RefusedAsync(DrWorld.Enable()));
        await world.FailOverAsync(shutDown: true);
        Assert.Equal(["ItemExists"], await world.RefusedAsync(DrWorld.Enable()));
    }

    [Fact]
    [Requirement("MT-11")]
    public async Task A_machine_that_is_not_at_its_home_is_refused_for_that_alone()
    {
        await using var world = await DrWorld.CreateAsync();
        world.Engine.Site(DrWorld.Azure).EnsureMachine(world.Inventory(DrWorld.Home).Machines[0]);
        WorldEdit.Make(world, "home/web01:-");

        Assert.Equal(["MachineNotFound"], await world.RefusedAsync(DrWorld.Enable()));
    }

    // from, to
    [Theory]
    [Requirement("FO-04")]
    [InlineData(DrWorld.Home, DrWorld.Home)]
    [InlineData(DrWorld.Azure, DrWorld.Azure)]
    [InlineData(DrWorld.Azure, DrWorld.Home)]
    public async Task A_direction_that_is_not_in_the_matrix_is_refused(string from, string to)
    {
        await using var world = await DrWorld.CreateAsync();
        world.Engine.Site(DrWorld.Azure).EnsureMachine(world.Inventory(DrWorld.Home).Machines[0]);

        Assert.NotEmpty(await world.RefusedAsync(new EnableProtection(DrWorld.Item, from, to, DrWorld.Policy)));
    }

    [Fact]
    public async Task Another_machine_of_the_same_name_at_the_recovery_site_is_not_overwritten()
    {
        // Identity is the machine's UUID, not its name.
        await using var world = await DrWorld.CreateAsync();
        var stranger = world.Inventory(DrWorld.Home).Machines[0] with { Uuid = Guid.NewGuid() };
        world.Engine.Site(DrWorld.Azure).EnsureMachine(stranger);
        var theirs = world.Images(DrWorld.Azure);

        Assert.NotEmpty(await world.RefusedAsync(DrWorld.Enable()));
        world.AssertImages(DrWorld.Azure, theirs);
    }

    [Fact]
    [Requirement("MT-11")]
    public async Task A_machine_that_is_at_the_recovery_site_under_another_name_is_not_made_there_a_second_time()
    {
        await using var world = await DrWorld.CreateAsync();
        world.Engine.Site(DrWorld.Azure).EnsureMachine(world.Inventory(DrWorld.Home).Machines[0] with { Name = "web01-old" });

        Assert.Equal(["ReplicaRenamed"], await world.RefusedAsync(DrWorld.Enable()));
    }

    [Fact]
    public async Task A_machine_that_runs_in_Azure_is_not_overwritten_from_its_old_home()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        world.Write();
        await world.RunAsync(new DisableProtection(DrWorld.Item));
        Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));

        Assert.NotEmpty(await world.RefusedAsync(DrWorld.Enable()));
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Theory]
    [InlineData(-5, 10)]
    [InlineData(0, 10)]
    [InlineData(60 * 24 * 60, 10)]
    [InlineData(60, 0)]
    [InlineData(60, -1)]
    public async Task A_policy_that_cannot_be_kept_is_refused(int minutes, int points)
    {
        await using var world = await DrWorld.CreateAsync();
        var policy = new ReplicationPolicy(TimeSpan.FromMinutes(minutes), points, long.MaxValue);

        Assert.Equal([points < 1 ? "RetentionOutOfRange" : "PointIntervalOutOfRange"], await world.RefusedAsync(DrWorld.Enable(policy)));
    }

    [Fact]
    public async Task A_name_in_another_case_is_refused_or_works_but_leaves_nothing_half_done()
    {
        await using var world = await DrWorld.CreateAsync();
        var command = new EnableProtection("WEB01", DrWorld.Home, DrWorld.Azure, DrWorld.Policy);
        if (!(await world.Engine.PreviewAsync(command)).Ready)
        {
            Assert.NotEmpty(await world.RefusedAsync(command));
            return;
        }

        await world.RunAsync(command);
        await world.RunAsync(new StartFailover("WEB01", null, true));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Protecting_again_after_disabling_replicates_everything_again()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.RunAsync(new DisableProtection(DrWorld.Item));
        Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item), recursive: true);
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Azure), "machines", "web01.json"));

        await world.RunAsync(DrWorld.Enable());
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Protecting_again_works_when_the_recovery_site_was_gone_while_protection_was_disabled()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);
        await world.RunAsync(new DisableProtection(DrWorld.Item));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);

        await world.RunAsync(DrWorld.Enable());
        world.Write();
        await world.PointAsync();
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    // the operation on an image or a log at the recovery site that fails
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(24)]
    [InlineData(28)]
    public async Task An_enable_that_failed_can_be_submitted_again(int operation)
    {
        var interruption = new Interruption();
        var setup = WorldSetup.With(interruption);
        await using var world = await DrWorld.CreateAsync(setup);
        setup.OnFile = (what, path) =>
        {
            if (path.EndsWith(".vhd", StringComparison.Ordinal) || path.EndsWith("redo.log", StringComparison.Ordinal))
            {
                interruption.Observe($"{what} {path}");
            }
        };
        setup.OnStore = _ => { };
        interruption.FailAt(operation);
        Assert.Equal(JobState.Failed, (await world.TryAsync(DrWorld.Enable())).State);
        Assert.True(interruption.Happened);

        await world.RunAsync(DrWorld.Enable());

        world.Write(10);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }
}
