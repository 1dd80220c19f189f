using AsrFailback.Engine;

namespace AsrFailback.Node.Tests;

/// <summary><c>resume</c> of a vault whose recovery plan waits at a manual action says so, and does not look like success.</summary>
public sealed class SuspendedPlanTests
{
    private const string ToBeDone = "Switch the load balancer.";

    // To see it fail: leave the exit code out, or take a job that waits for one that has ended.
    [Fact]
    [Requirement("RPL-02")]
    public async Task What_a_plan_waits_for_is_printed_and_the_exit_code_is_4_until_somebody_resumes_it()
    {
        using var vault = await ProtectedVault.CreateAsync();
        var plan = new RecoveryPlan("shop", [new RecoveryPlanGroup([ProtectedVault.Machine])]);
        await vault.RunAsync(
            new SaveRecoveryPlan(plan, Replace: false),
            new AddRecoveryPlanAction(plan.Name, new PlanActionPlace(2, AtEnd: true), new ManualAction("switch", ToBeDone)));
        var name = await SuspendAsync(vault, plan);

        for (var time = 0; time < 2; time++)
        {
            var result = (await ResumeAsync(vault)).MustExit(4).MustNotShowInsides();
            Assert.Contains("of shop: Suspended", result.Output, StringComparison.Ordinal);
            Assert.Contains("Manual action: switch", result.Output, StringComparison.Ordinal);
            Assert.Contains(ToBeDone, result.Output, StringComparison.Ordinal);
            Assert.Contains($"Resume-AsrJob -Name {name}", result.Output, StringComparison.Ordinal);
        }

        await using (var engine = FailbackEngine.Open(vault.Path, new EngineOptions()))
        {
            await engine.ResumeJobAsync(name, "done");
        }

        Assert.Contains(": Succeeded", (await ResumeAsync(vault)).MustExit(0).Output, StringComparison.Ordinal);
    }

    private static async Task<string> SuspendAsync(ProtectedVault vault, RecoveryPlan plan)
    {
        await using var engine = FailbackEngine.Open(vault.Path, new EngineOptions());
        var run = new RunRecoveryPlan(plan.Name, [new PlannedGroup([new StartTestFailover(ProtectedVault.Machine, null, null)])]);
        var job = await engine.WaitForJobAsync((await engine.SubmitAsync(run)).Name).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(JobState.Suspended, job.State);
        return job.Name;
    }

    private static Task<NodeResult> ResumeAsync(ProtectedVault vault) => Asrnode.RunAsync("resume", "--vault", vault.Path);
}
