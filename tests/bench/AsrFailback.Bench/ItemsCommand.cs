using System.CommandLine;
using AsrFailback.Engine;

namespace AsrFailback.Bench;

/// <summary>Fills a vault that protects one machine with copies of that item, and of the job that protected it.</summary>
internal static class ItemsCommand
{
    public static Command Create()
    {
        var vault = new Option<DirectoryInfo>("--vault") { Required = true, Description = "Folder of a vault that protects a machine; nobody has it open" };
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 10_000, Description = "Protected items the vault has afterwards" };
        var command = new Command("items", "Fills a vault with protected items, each with the job that protected it") { vault, count };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(vault).FullName, parsed.GetRequiredValue(count)));
        return command;
    }

    private static async Task<int> RunAsync(string vault, int count)
    {
        await PutSitesOutOfReachAsync(vault).ConfigureAwait(false);
        RowCopies.Fill(vault, count);
        return 0;
    }

    // The copies have no machines. Out of reach, as in an outage, their sites are not asked for any.
    private static async Task PutSitesOutOfReachAsync(string vault)
    {
        var engine = FailbackEngine.Open(vault, new EngineOptions());
        await using (engine.ConfigureAwait(false))
        {
            foreach (var fabric in await engine.GetFabricsAsync().ConfigureAwait(false))
            {
                engine.SetSiteCondition(fabric.Name, reachable: false, connected: false);
            }
        }
    }
}
