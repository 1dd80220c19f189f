namespace AsrFailback.Node.Tests;

/// <summary>Ctrl+C, and a request to terminate: the drill stops in good order.</summary>
public sealed class InterruptTests
{
    private const int Interrupted = 130;

    [SignalTheory]
    [InlineData("INT", "Build the two sites")]
    [InlineData("INT", "    Initial replication")]
    [InlineData("INT", "    Marking the recovery point")]
    [InlineData("INT", "Fail back")]
    [InlineData("TERM", "Workload and recovery points")]
    public async Task An_interrupted_drill_in_a_temporary_folder_leaves_nothing(string signal, string moment)
    {
        using var temporary = new TemporaryFolder("tmp");
        using var node = Asrnode.StartInterruptible(temporary, "drill", "--size", "small");
        await node.MustSayAsync(moment);

        node.Signal(signal);

        MustBeStopped(await node.EndAsync());
        temporary.AssertEmpty();
    }

    [SignalTheory]
    [InlineData("Build the two sites")]
    [InlineData("Workload and recovery points")]
    [InlineData("Source dies")]
    [InlineData("Reprotect")]
    public async Task An_interrupted_drill_that_is_kept_is_finished_by_resume(string moment)
    {
        using var folder = new TemporaryFolder("interrupt");
        using var node = Asrnode.StartInterruptible(folder, "drill", "--size", "small", "--keep", folder.Kept);
        await node.MustSayAsync(moment);

        node.Signal("INT");

        MustBeStopped(await node.EndAsync());
        await Survivor.MustFinishAsync(folder);
    }

    [SignalFact]
    public async Task An_interrupted_resume_is_finished_by_the_next_one()
    {
        using var folder = new TemporaryFolder("interrupt");
        (await Asrnode.RunInAsync(folder, "drill", "--size", "small", "--keep", folder.Kept, "--crash-at", "5000")).MustExit(137);
        using var node = Asrnode.StartInterruptible(folder, "resume", "--vault", folder.Vault);
        await node.MustSayAsync("Workload and recovery points");

        node.Signal("INT");

        MustBeStopped(await node.EndAsync());
        await Survivor.MustFinishAsync(folder);
    }

    [SignalFact]
    public async Task Pressing_ctrl_c_again_and_again_does_no_harm()
    {
        using var temporary = new TemporaryFolder("tmp");
        using var node = Asrnode.StartInterruptible(temporary, "drill", "--size", "small");
        await node.MustSayAsync("Workload and recovery points");

        for (var press = 0; press < 20; press++)
        {
            node.Signal("INT");
        }

        MustBeStopped(await node.EndAsync());
        temporary.AssertEmpty();
    }

    private static void MustBeStopped(NodeResult result)
    {
        result.MustExit(Interrupted).MustNotShowInsides();
        Assert.DoesNotContain("Error", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Stopped.", result.Errors.TrimEnd(), StringComparison.Ordinal);
    }
}
