using System.CommandLine;
using AsrFailback.Core.Errors;
using AsrFailback.Engine;
using AsrFailback.Engine.Vaults;

namespace AsrFailback.Node;

/// <summary><c>asrnode drill</c>: the whole story on real disks, embedded.</summary>
internal static class DrillCommand
{
    private static readonly Dictionary<string, DrillSize> SizesByName = new()
    {
        ["default"] = DrillSize.Default,
        ["small"] = DrillSize.Small,
    };

    private static readonly Dictionary<string, DrillMutation> Mutations = new()
    {
        ["drop-extent"] = DrillMutation.DropExtent,
        ["torn-point"] = DrillMutation.TornPoint,
        ["stale-disk"] = DrillMutation.StaleDisk,
        ["keep-source-writes"] = DrillMutation.KeepSourceWrites,
    };

    private static readonly Option<string> Size = new("--size") { Description = "default (1 GiB + 512 MiB) or small (64 MiB in all)", DefaultValueFactory = _ => "default" };
    private static readonly Option<string[]> Disk = new("--disk") { Description = "Your own image (raw, VMDK, VHD; with qemu-img VHDX, qcow2, VDI); copied, never written; repeatable" };
    private static readonly Option<string?> Keep = new("--keep") { Description = "A new folder to keep vault, onprem, azure and witness in; by default a temporary one is removed" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document" };
    private static readonly Option<string?> Mutate = new("--mutate") { Description = "Break replication on purpose; the drill must notice" };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of all generated content", DefaultValueFactory = _ => 1 };
    private static readonly Option<long?> Crash = new("--crash-at") { Description = "Kill this process at operation N of its file and state ports", Hidden = true };

    static DrillCommand()
    {
        Size.AcceptOnlyFromAmong([.. SizesByName.Keys]);
        Mutate.AcceptOnlyFromAmong([.. Mutations.Keys]);
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("drill", "Run the whole story: protect, fail over to Azure, come home, protect again; every block verified")
        {
            Size, Disk, Keep, Json, Mutate, Seed, Crash,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var kept = parsed.GetValue(Keep);
        var folder = Path.GetFullPath(kept ?? Path.Combine(Path.GetTempPath(), $"asr-drill-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        var vault = Path.Combine(folder, "vault");
        try
        {
            return await RunAsync(parsed, folder, vault, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (kept is null && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, string folder, string vault, CancellationToken cancellation)
    {
        using var progress = new ProgressPrinter();
        var options = new EngineOptions { Progress = progress.Report };
        if (parsed.GetValue(Crash) is { } operation)
        {
            options = CrashAt.Compose(options, operation);
        }

        FailbackEngine.CreateVault(vault, "drill", new RunDrill(OptionsOf(parsed)), options);
        var job = await VaultRun.FinishAsync(vault, options, cancellation).ConfigureAwait(false);
        progress.Dispose();
        return DrillPrinter.Print(job, parsed.GetValue(Json));
    }

    private static DrillOptions OptionsOf(ParseResult parsed)
    {
        var mutation = parsed.GetValue(Mutate) is { } name ? Mutations[name] : DrillMutation.None;
        var disks = (parsed.GetValue(Disk) ?? []).Select(Path.GetFullPath).ToArray();
        return DrillOptions.Of(SizesByName[parsed.GetValue(Size)!], parsed.GetValue(Seed), mutation, disks);
    }
}
