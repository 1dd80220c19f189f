using System.CommandLine;
using AsrFailback.Core.Errors;
using AsrFailback.Engine;
using AsrFailback.Replication.Nbd;

namespace AsrFailback.Node;

/// <summary><c>asrnode nbd</c>: serves the disks of a protected machine to NBD clients until it is stopped.</summary>
internal static class NbdCommand
{
    private static readonly Option<string> Vault = new("--vault") { Description = "The vault's folder", Required = true };
    private static readonly Option<string> Machine = new("--machine") { Description = "The protected machine", Required = true };
    private static readonly Option<string?> Socket = new("--socket") { Description = "The socket file to listen at; by default nbd.sock in the vault's folder" };
    private static readonly Option<ushort?> Port = new("--port") { Description = "A port of 127.0.0.1 (0 to 65535) to listen at instead, open to every account of this host; 0 takes a free one" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("nbd", "Let programs read and write the disks of a protected machine (NBD), until Ctrl+C") { Vault, Machine, Socket, Port };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Socket) is not null && result.GetResult(Port) is not null)
            {
                result.AddError("--socket and --port exclude each other.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    // Closing the engine flushes the machine, after the server has finished what its clients had begun.
    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var vault = Path.GetFullPath(parsed.GetValue(Vault)!);
        await using var engine = FailbackEngine.Open(vault, new EngineOptions());
        var exports = await RunningMachine.ExportsAsync(engine, parsed.GetValue(Machine)!, cancellation).ConfigureAwait(false);
        var place = parsed.GetValue(Port) is { } port ? NbdPlace.AtPort(port) : NbdPlace.AtSocket(parsed.GetValue(Socket) ?? Path.Combine(vault, "nbd.sock"));
        await using var server = new NbdServer(place.Listener, exports, PrintEnd, TimeProvider.System);
        Print(exports, place);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(engine, parsed.GetValue(Machine)!, ending.Token);
        try
        {
            await server.Listening.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Being stopped is how it ends.
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        return ExitCode.Verified;
    }

    // Nobody else can look meanwhile: the vault belongs to this process.
    private static async Task WatchAsync(FailbackEngine engine, string machine, CancellationToken cancellation)
    {
        var watch = new HealthWatch();
        using var timer = new PeriodicTimer(HealthWatch.Interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            {
                var status = await engine.GetReplicationAsync(machine, cancellation).ConfigureAwait(false);
                var item = await engine.GetProtectedItemsAsync(cancellation).FirstAsync(one => one.Name == status.Item, cancellation).ConfigureAwait(false);
                if (watch.Tell(status, item.HealthErrors) is { } line)
                {
                    Console.Error.WriteLine(line);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Serving ends.
        }
    }

    private static void Print(IReadOnlyList<NbdExport> exports, NbdPlace place)
    {
        foreach (var export in exports)
        {
            Console.Out.WriteLine(place.UriOf(export.Name));
        }

        Console.Error.WriteLine($"Serving {string.Join(", ", exports.Select(export => $"{export.Name} ({ByteSize.Format(export.Bytes)})"))}. Ctrl+C ends.");
    }

    private static void PrintEnd(NbdEnd end, Exception? failure)
    {
        if (failure is not null)
        {
            ErrorPrinter.Print(ErrorCatalogue.Error("Unexpected", failure.ToString()));
        }
        else if (end is not (NbdEnd.Disconnected or NbdEnd.CutOff))
        {
            Console.Error.WriteLine($"A connection was closed: {end}");
        }
    }
}
