using AsrFailback.Engine;
using AsrFailback.Engine.Drill;
using AsrFailback.Engine.Vaults;

namespace AsrFailback.Commands;

/// <summary>The one place where the cmdlets meet the engine; everything else knows the model only.</summary>
internal static class EngineHost
{
    public static IFailbackService Open(string folder) => FailbackEngine.Open(folder, new EngineOptions());

    public static void Create(string folder, string name, FailbackCommand? firstCommand) =>
        FailbackEngine.CreateVault(folder, name, firstCommand, new EngineOptions());

    public static VaultCheck Check(string folder, CancellationToken cancellation) => VaultChecker.Check(folder, new EngineOptions(), cancellation);

    public static DrillReport ReportOf(Job job) => DrillReporter.ReportOf(job)!;

    public static Task CloseAsync(IFailbackService service) => ((FailbackEngine)service).DisposeAsync().AsTask();
}
