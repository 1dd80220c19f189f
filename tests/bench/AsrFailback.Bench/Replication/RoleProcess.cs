using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace AsrFailback.Bench.Replication;

/// <summary>One end of a replication, in a process of its own.</summary>
internal interface IRole : IAsyncDisposable
{
    /// <summary>Does what the words of a line ask for and says what came of it.</summary>
    Task<string> AnswerAsync(string[] question);
}

/// <summary>This program once more, as one end of a replication: it is asked by lines and answers by lines.</summary>
internal sealed class RoleProcess : IDisposable
{
    private readonly Process _process;

    public RoleProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(RoleProcess).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Seconds of processor time used until now.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The most memory it ever held, bytes.</summary>
    public long PeakBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <summary>Sends a question and waits for its answer.</summary>
    public string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() is { } answer && !answer.StartsWith('!')
            ? answer
            : throw new InvalidOperationException($"{question}: the other process ended or failed; see above");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The command that such a process runs: a role over a folder and a socket.</summary>
    public static Command CommandOf(string name, Func<string, string, IRole> create)
    {
        var folder = new Argument<string>("folder");
        var socket = new Argument<string>("socket");
        var command = new Command(name) { folder, socket };
        command.Hidden = true;
        command.SetAction(async parsed =>
        {
            await using var role = create(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(socket));
            return await AnswerAsync(role.AnswerAsync);
        });
        return command;
    }

    /// <summary>The other side of <see cref="Ask"/>: answers until nobody asks any more.</summary>
    private static async Task<int> AnswerAsync(Func<string[], Task<string>> answer)
    {
        while (await Console.In.ReadLineAsync() is { } question)
        {
            try
            {
                Console.WriteLine(await answer(question.Split(' ')));
            }
            catch (Exception failure)
            {
                await Console.Error.WriteLineAsync(failure.ToString());
                Console.WriteLine("!");
            }
        }

        return 0;
    }
}
