using System.CommandLine;
using AsrFailback.Engine;
using AsrFailback.Engine.Drill;

namespace AsrFailback.Node;

/// <summary><c>asrnode resume</c>: opens a vault and finishes its jobs.</summary>
internal static class ResumeCommand
{
    private static readonly Option<string> Vault = new("--vault") { Description = "The vault's folder", Required = true };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document" };
    private static readonly Option<long?> Crash = new("--crash-at") { Description = "Kill this process at operation N of its file and state ports", Hidden = true };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("resume", "Open a vault and finish its jobs") { Vault, Json, Crash };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var progress = new ProgressPrinter();
        var options = new EngineOptions { Progress = progress.Report };
        if (parsed.GetValue(Crash) is { } operation)
        {
            options = CrashAt.Compose(options, operation);
        }

        var job = await VaultRun.FinishAsync(parsed.GetValue(Vault)!, options, cancellation).ConfigureAwait(false);
        progress.Dispose();
        if (DrillReporter.ReportOf(job) is not null)
        {
            return DrillPrinter.Print(job, parsed.GetValue(Json));
        }

        Console.Out.WriteLine($"{job.FriendlyName} of {job.TargetObjectName}: {job.State}");
        if (job.Error is { } error)
        {
            ErrorPrinter.Print(error);
            return ExitCode.Of(error);
        }

        if (job.Tasks.FirstOrDefault(task => task.State == JobState.Suspended) is { } waits)
        {
            Console.Out.WriteLine($"  Waits at:        {waits.FriendlyName}");
            Console.Out.WriteLine($"  To be done:      {waits.Instructions}");
            Console.Out.WriteLine($"  Goes on with:    Resume-AsrJob -Name {job.Name} -Comment '...'");
            return ExitCode.Waits;
        }

        return ExitCode.Verified;
    }
}
