using System.CommandLine;
using System.CommandLine.Parsing;

namespace AsrFailback.Node;

/// <summary>The command line of <c>asrnode</c>.</summary>
internal static class NodeCommands
{
    /// <summary>The root command with everything below it.</summary>
    public static RootCommand Root() => new("AsrFailback: fail over to Azure and come home, on real disks.")
    {
        DrillCommand.Create(),
        ResumeCommand.Create(),
        CheckCommand.Create(),
        NbdCommand.Create(),
    };

    /// <summary>Runs a command line; a wrong one is an error of its own exit code, with the remedy.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            ErrorPrinter.PrintUsage(parsed.Errors.Select(error => error.Message), CommandOf(parsed));
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation).ConfigureAwait(false);
    }

    private static string CommandOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "asrnode" : "asrnode " + parsed.CommandResult.Command.Name;
}
