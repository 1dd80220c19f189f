namespace AsrFailback.Engine.Tests;

/// <summary>What the caller is told of the outcome: in the report before, in the ended job after, once.</summary>
public sealed class ReadinessOutcomeTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    [Theory]
    [Requirement("FO-03")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_work_that_a_source_that_is_gone_has_not_sent_is_told_before_and_after(bool shutDown)
    {
        var (world, _) = await WithUnsentWritesAsync(sourceGone: true);
        await using var kept = world;

        var job = await ToldBeforeAndAfterAsync(
            world, new StartFailover(DrWorld.Item, null, shutDown), shutDown ? ["SourceAway", "LossExpected"] : ["LossExpected"]);

        Assert.Contains("40 seconds", Assert.Single(job.Warnings, warning => warning.Id == "LossExpected").Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task The_work_that_a_source_that_is_not_to_be_shut_down_has_not_sent_is_told()
    {
        var (world, _) = await WithUnsentWritesAsync(sourceGone: false);
        await using var kept = world;

        await ToldBeforeAndAfterAsync(world, new StartFailover(DrWorld.Item, null, ShutDownSource: false), "LossExpected");
    }

    [Theory]
    [Requirement("FO-03")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_lost_and_nothing_is_told_while_the_target_has_everything(bool shutDown)
    {
        await using var world = await ReadinessStage.WorldAsync("FailoverOut");
        await world.DrainAsync();

        Assert.Empty((await world.RunAsync(new StartFailover(DrWorld.Item, null, shutDown))).Warnings);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task How_much_older_the_chosen_point_is_is_told_before_and_after()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(ReadinessStage.Setup(clock));
        var older = await world.PointAsync();
        clock.Advance(TimeSpan.FromSeconds(90));
        var newest = await world.PointAsync();

        Assert.Empty((await Findings.OfAsync(world, new StartFailover(DrWorld.Item, newest.Id, true))).Select(check => check.Id));
        var job = await ToldBeforeAndAfterAsync(world, new StartFailover(DrWorld.Item, older.Id, true), "PointOlderThanLatest");

        Assert.Contains("90 seconds", Assert.Single(job.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task What_was_written_since_the_newest_point_is_told_when_that_is_chosen()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(ReadinessStage.Setup(clock));
        var newest = await world.PointAsync();
        world.Write();
        await world.DrainAsync();
        clock.Advance(TimeSpan.FromSeconds(7));

        var job = await ToldBeforeAndAfterAsync(world, new StartFailover(DrWorld.Item, newest.Id, true), "PointOlderThanLatest");

        Assert.Contains("7 seconds", Assert.Single(job.Warnings).Message, StringComparison.Ordinal);
    }

    // stage | what the inventory says | the warnings
    public static TheoryData<string> Guests => Notation.Cases("""
        FailoverOut  | home/web01:nics.0.address=10.0.0.4                                                                      | AddressChanges
        FailoverOut  | home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.0.0.4                                     | SubnetPartly
        FailoverOut  | home/web01:nics.0.address=203.0.113.9 home/web01:nics.0.addressIsPublic=true                                      | AddressChanges
        FailoverOut  | home/web01:operatingSystem=Windows                                                                     | VMwareToolsDisabled DriveLettersMayChange
        FailoverHome |                                                                                                        | LinuxWithoutNetworkManager
        FailoverHome | home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.addressIsStatic=true                                         | LinuxWithoutNetworkManager LinuxOnDhcp
        FailoverHome | azure/web01:operatingSystem=Windows home/web01:nics.0.addressIsStatic=true                              | WindowsAddressNotRecorded DriveLettersMayChange
        FailoverHome | azure/web01:operatingSystem=Windows home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.addressIsStatic=true     | DriveLettersMayChange
        """);

    [Theory]
    [Requirement("FO-12", "RP-16")]
    [MemberData(nameof(Guests))]
    public async Task What_will_be_different_inside_the_machine_is_told_before_and_after(string line)
    {
        var columns = Notation.Columns(line);
        await using var world = await ReadinessStage.WorldAsync(columns[0]);
        WorldEdit.Make(world, columns[1]);

        await ToldBeforeAndAfterAsync(world, new StartFailover(DrWorld.Item, null, true), Notation.Words(columns[2]));
    }

    // The change of the vault's state at which the job breaks off once; the first two are before it begins.
    [Theory]
    [Requirement("FO-11")]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task What_was_told_is_told_once_when_the_job_was_started_again(int breakAt)
    {
        var (world, clock) = await WithUnsentWritesAsync(sourceGone: true);
        await using var kept = world;
        var interruption = new Interruption();
        interruption.FailAt(breakAt);
        world.Setup.OnStore = interruption.Observe;

        var job = await world.TryAsync(new StartFailover(DrWorld.Item, null, true));
        clock.Advance(TimeSpan.FromSeconds(7));
        world.Engine.RestartFailedJobs();
        job = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((true, JobState.Succeeded), (interruption.Happened, job.State));
        Assert.Single(job.Warnings, warning => warning.Id == "LossExpected");
        Assert.Single(job.Warnings, warning => warning.Id == "SourceNotShutDown");
    }

    // A machine whose last writes did not leave its site: 40 seconds ago.
    private static async Task<(DrWorld World, ManualClock Clock)> WithUnsentWritesAsync(bool sourceGone)
    {
        var clock = new ManualClock();
        var world = await DrWorld.ProtectedAsync(ReadinessStage.Setup(clock));
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(3);
        clock.Advance(Silence);
        if (sourceGone)
        {
            world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        }

        return (world, clock);
    }

    private static async Task<Job> ToldBeforeAndAfterAsync(DrWorld world, FailbackCommand command, params string[] warnings)
    {
        var before = await Findings.OfAsync(world, command);
        var job = await world.RunAsync(command);

        Assert.Equal(warnings, before.Select(check => check.Finding!.Id));
        Assert.Equal(before.Select(check => check.Finding!.Message), job.Warnings.Take(warnings.Length).Select(warning => warning.Message));
        Assert.DoesNotContain(job.Warnings.Skip(warnings.Length), warning => warning.Id != "SourceNotShutDown");
        Assert.Equal(job.Warnings.Select(warning => warning.Id), (await world.Engine.GetJobAsync(job.Name))!.Warnings.Select(warning => warning.Id));
        return job;
    }
}
