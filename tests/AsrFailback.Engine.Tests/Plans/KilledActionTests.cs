using AsrFailback.Fabrics.Tests;

namespace AsrFailback.Engine.Tests;

/// <summary>A plan with actions of every kind that is killed anywhere goes on, and only the action in flight is done twice.</summary>
public sealed class KilledActionTests
{
    private static readonly string[] Scripts = ["first", "before", "after", "last"];

    // To see it fail: record a task's start after its work, or let a run of an opened vault begin anew.
    [ShellFact]
    [Requirement("RPL-02", "FO-11")]
    public async Task A_plan_that_is_killed_at_any_operation_goes_on_and_at_most_the_action_in_flight_is_repeated()
    {
        await using var server = HookServer.Of(200);
        await using var beginning = await BeginningAsync(server.Address);
        var (kills, repeats) = (0, 0);
        for (var stop = 1; ; stop += 5)
        {
            server.Requests.Clear();
            var interruption = new Interruption();
            await using var world = beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));
            Write(world);
            world.Open();
            await world.Engine.WaitUntilComparedAsync(CancellationToken.None).WaitAsync(DrWorld.Patience); // the clone's images are copies
            var run = await PlanWorld.RunAsync(world, PlanScripts.TestFailOver);
            interruption.StopAt(stop);
            await Record.ExceptionAsync(() => ToItsEndAsync(world, run));
            var happened = interruption.Happened;
            await world.AbandonAsync();
            interruption.Disarm();
            if (happened)
            {
                kills++;
                world.Open();
                world.Engine.RestartFailedJobs();
            }
            else
            {
                world.Open();
            }

            var job = await ToItsEndAsync(world, run);

            Assert.True(job.State == JobState.Succeeded, $"{stop}: {job.State} {job.Error}");
            Assert.Equal("done", PlanScripts.TaskOf(job, "look").Observation);
            repeats += AssertCounted(stop, PlanScripts.Entries(world), server.Requests.Count, happened);
            await AuditProof.AssertAsync(world, mostRepeats: happened ? PlanWorld.Names.Length : 0);
            if (!happened)
            {
                break;
            }
        }

        Assert.True(kills > 20, $"killed only {kills} times");
        Assert.True(repeats > 0, "no kill was in the middle of an action");
    }

    // Each action was done, in order; one of them, where the kill was, twice.
    private static int AssertCounted(int stop, string[] entries, int told, bool killed)
    {
        var counts = Scripts.Select(name => entries.Count(entry => entry == name)).Append(told).ToArray();
        Assert.True(counts.All(count => count >= 1) && counts.Sum() <= counts.Length + (killed ? 1 : 0), $"{stop}: {string.Join(' ', counts)}");
        Assert.Equal(Scripts, entries.Distinct());
        return counts.Sum() - counts.Length;
    }

    // Somebody resumes it whenever it waits.
    private static async Task<Job> ToItsEndAsync(DrWorld world, RunRecoveryPlan run)
    {
        var job = await world.Engine.GetJobAsync("the-run") ?? await world.Engine.SubmitAsync(run, "the-run");
        job = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        if (job.State == JobState.Suspended)
        {
            await world.Engine.ResumeJobAsync(job.Name, "done");
            job = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        }

        return job;
    }

    private static async Task<DrWorld> BeginningAsync(string address)
    {
        var world = await PlanWorld.CreateAsync(state: new MemoryState());
        Write(world);
        foreach (var (name, group, atEnd) in new[] { ("first", 0, false), ("before", 2, false), ("after", 2, true), ("last", 1, true) })
        {
            await PlanScripts.AddAsync(world, new ScriptAction(name, "note.sh") { Parameters = [new("Name", ScriptParameterType.Text, name)] }, group, atEnd);
        }

        await PlanScripts.AddAsync(world, new ManualAction("look", "Look at it."), 3, atEnd: false);
        await PlanScripts.AddAsync(world, new RunbookAction("tell", address), 3, atEnd: true);
        await world.CloseAsync();
        return world;
    }

    // The same bytes wherever the world lies, so that its hash is: the diary lies beside the vault.
    private static void Write(DrWorld world) => PlanScripts.Write(world, "note.sh", "echo \"$2\" >> ../../diary.txt");
}
