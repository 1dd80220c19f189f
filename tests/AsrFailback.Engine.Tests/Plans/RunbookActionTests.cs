using System.Text.Json;
using AsrFailback.Fabrics.Tests;

namespace AsrFailback.Engine.Tests;

/// <summary>A runbook of a plan is told the plan's context; a repeat is known by its key.</summary>
public sealed class RunbookActionTests
{
    [Fact]
    [Requirement("RPL-02")]
    public async Task A_runbook_is_told_the_context_and_its_answer_is_kept()
    {
        await using var server = HookServer.Of(200);
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new RunbookAction("tell", server.Address), 3, atEnd: true);

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));

        Assert.Equal("done", PlanScripts.TaskOf(job, "tell").Output);
        var request = Assert.Single(server.Requests);
        using var context = JsonDocument.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal(("shop", "Test", "2"), (Text("RecoveryPlanName"), Text("FailoverType"), Text("GroupId")));

        string Text(string property) => context.RootElement.GetProperty(property).GetString()!;
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_runbook_that_refuses_stops_the_plan_and_a_restart_repeats_it_under_the_same_key()
    {
        await using var server = HookServer.Of(403, 200);
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new RunbookAction("tell", server.Address), 2, atEnd: true);

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));
        Assert.Equal("PlanActionStopped", job.Error?.Id);
        await world.Engine.RestartJobAsync(job.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);

        Assert.Equal([$"Idempotency-Key: {job.Name}%2FRecoveryPlanRunbook1"], server.Requests.Select(KeyOf).Distinct());
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_token_that_is_not_there_keeps_the_plan_from_beginning_and_one_that_is_there_is_not_stored()
    {
        await using var server = new HookServer((_, stream, _) => HookServer.SendAsync(stream, "200 OK", "hello canary-77aa"));
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new RunbookAction("tell", server.Address) { TokenVariable = "ASR_RUNBOOK_TOKEN" }, 2, atEnd: true);
        var run = await PlanWorld.RunAsync(world, PlanScripts.TestFailOver);
        Assert.Equal(["HookTokenMissing"], await world.RefusedAsync(run));

        Environment.SetEnvironmentVariable("ASR_RUNBOOK_TOKEN", "canary-77aa");
        try
        {
            await world.RunAsync(run);

            Assert.Contains("Bearer canary-77aa", Assert.Single(server.Requests), StringComparison.Ordinal);
            Assert.DoesNotContain(world.Documents(), document => document.Json.Contains("canary", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASR_RUNBOOK_TOKEN", null);
        }
    }

    private static string KeyOf(string request) => request.Split("\r\n").Single(line => line.StartsWith("Idempotency-Key:", StringComparison.Ordinal));
}
