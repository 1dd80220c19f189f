using System.CommandLine;
using System.Text.Json;
using AsrFailback.Engine;
using AsrFailback.Engine.Vaults;

namespace AsrFailback.Node;

/// <summary><c>asrnode check</c>: reads everything, changes nothing, names what is wrong.</summary>
internal static class CheckCommand
{
    private static readonly Option<string> Vault = new("--vault") { Description = "The vault's folder", Required = true };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("check", "Read everything of a vault and its sites, change nothing, name what is wrong") { Vault, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var check = VaultChecker.Check(parsed.GetValue(Vault)!, new EngineOptions());
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(check, JsonSerializerOptions.Web));
        }
        else
        {
            foreach (var thing in check.Examined)
            {
                Console.Out.WriteLine($"       {thing}");
            }

            foreach (var finding in check.Findings)
            {
                Console.Out.WriteLine($"WRONG  {finding}");
            }

            Console.Out.WriteLine($"{check.Examined.Count} things examined, {check.Findings.Count} findings.");
        }

        return check.Passed ? ExitCode.Verified : ExitCode.NotVerified;
    }
}
