using System.CommandLine;
using AsrFailback;
using AsrFailback.Bench;

// One subcommand for each bench, or for what a bench written in PowerShell cannot prepare itself.
try
{
    return await new RootCommand("Benches of AsrFailback.") { ItemsCommand.Create(), ReadinessCommand.Create(), JournalCommand.Create() }
        .Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (AsrException failure)
{
    Console.Error.WriteLine($"{failure.Error} {failure.Error.RecommendedAction}");
    return 1;
}
