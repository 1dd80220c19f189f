using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>A master target with slots for one machine takes one (MT-08).</summary>
public sealed class ReadinessSlotTests
{
    private const string Other = ReadinessStage.Neighbour;
    private const int Rounds = 20;

    [Fact]
    [Requirement("MT-08")]
    public async Task Of_two_reprotects_after_each_other_the_second_is_refused_until_the_first_machine_is_home()
    {
        await using var world = await BothInAzureAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));

        var refused = Assert.Single(await Findings.RefusalAsync(world, new Reprotect(Other)));
        var ids = await world.RefusedAsync(new Reprotect(Other, "mt01"));
        await world.RunAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal(["MasterTargetFull"], ids);
        Assert.Contains("60 of 60", refused.Message, StringComparison.Ordinal);
        await world.RunAsync(new Reprotect(Other));
    }

    [Fact]
    [Requirement("MT-08", "TO-05")]
    public async Task A_reprotect_that_names_no_master_target_takes_one_with_free_slots()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2"));
        WorldEdit.Make(world, "home:masterTargets.0.attachedDisks=60");

        await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Equal("mt02", world.Facts.MasterTarget);
    }

    [Fact]
    [Requirement("MT-08")]
    public async Task Of_two_reprotects_that_race_exactly_one_is_refused()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var world = await BothInAzureAsync();
            using var start = new Barrier(2);
            Task<IReadOnlyList<AsrError>> RaceAsync(string item) => Task.Run(() =>
            {
                start.SignalAndWait();
                return Findings.RefusalAsync(world, new Reprotect(item));
            });

            var reasons = await Task.WhenAll(RaceAsync(DrWorld.Item), RaceAsync(Other));
            await EndedAsync(world);

            Assert.Equal("MasterTargetFull", Assert.Single(reasons.SelectMany(one => one)).Id);
            Assert.Equal(1, world.Engine.ItemsOf(DrWorld.Home).Count(facts => facts.Phase == Core.Protection.Phase.Protected));
        }
    }

    [Fact]
    [Requirement("MT-08")]
    public async Task A_reprotect_that_waits_holds_its_slots_before_it_replicates()
    {
        using var held = new ManualResetEventSlim();
        await using var world = await BothInAzureAsync(progress =>
        {
            if (progress.Task == "Prerequisite check")
            {
                held.Wait(DrWorld.Patience);
            }
        });
        var first = await world.Engine.SubmitAsync(new Reprotect(DrWorld.Item));

        var reason = Assert.Single(await Findings.RefusalAsync(world, new Reprotect(Other)));
        held.Set();

        Assert.Equal("MasterTargetFull", reason.Id);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Fact]
    [Requirement("MT-08")]
    public async Task A_reprotect_that_is_started_again_takes_no_slot_that_another_has_by_now()
    {
        await using var world = await BothInAzureAsync();
        world.Setup.OnFile = BreakRedoLog;
        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));
        Assert.Equal(JobState.Failed, failed.State);
        world.Setup.OnFile = (_, _) => { };
        await world.RunAsync(new Reprotect(Other));

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.RestartJobAsync(failed.Name));

        Assert.Equal("MasterTargetFull", refusal.Error.Id);
        Assert.Equal(JobState.Failed, (await world.Engine.GetJobAsync(failed.Name))!.State);
    }

    private static void BreakRedoLog(FileOperation operation, string path)
    {
        if (operation == FileOperation.Write && path.EndsWith("redo.log", StringComparison.Ordinal))
        {
            throw ErrorCatalogue.Exception("FileError", path, "broken by the test");
        }
    }

    // web01 has two disks, web02 one; two of 60 slots are free.
    private static async Task<DrWorld> BothInAzureAsync(Action<JobProgress>? onProgress = null)
    {
        var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.RunAsync(new StartFailover(Other, null, true));
        await world.RunAsync(new CommitFailover(Other));
        WorldEdit.Make(world, "home:masterTargets.0.attachedDisks=58");
        if (onProgress is not null)
        {
            world.Setup.OnProgress = onProgress;
            await world.ReopenAsync();
        }

        return world;
    }

    private static async Task EndedAsync(DrWorld world)
    {
        foreach (var job in await world.Engine.GetJobsAsync())
        {
            await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        }
    }
}
