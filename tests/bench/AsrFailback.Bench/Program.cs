using System.CommandLine;
using AsrFailback;
using AsrFailback.Bench;
using AsrFailback.Bench.Plans;
using AsrFailback.Bench.Replication;

// One subcommand for each bench, or for what a bench written in PowerShell cannot prepare itself.
try
{
    var root = new RootCommand("Benches of AsrFailback: by itself how fast bytes are moved.")
    {
        ItemsCommand.Create(), ReadinessCommand.Create(), PlanCommand.Create(), JournalCommand.Create(), SourceRole.Create(), TargetRole.Create(),
    };
    ReplicationCommand.AddTo(root);
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (AsrException failure)
{
    Console.Error.WriteLine($"{failure.Error} {failure.Error.RecommendedAction}");
    return 1;
}
