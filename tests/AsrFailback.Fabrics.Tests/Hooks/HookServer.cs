using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A server on this machine that answers as it is told and remembers what it was asked.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, Stream, CancellationToken, Task> _answer;
    private readonly Task _running;
    private int _number;

    /// <param name="answer">Answers a request: its number from 1, the connection.</param>
    public HookServer(Func<int, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Answers with one status after the other, the last one for ever.</summary>
    public static HookServer Of(params int[] statuses) => new((number, stream, _) => SendAsync(stream, $"{statuses[Math.Min(number, statuses.Length) - 1]} X", "done"));

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook";

    /// <summary>Head and body of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task SendAsync(Stream stream, string status, string body, string headers = "") =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Record.ExceptionAsync(() => _running);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await Record.ExceptionAsync(async () =>
            {
                var stream = client.GetStream();
                Requests.Enqueue(await ReadAsync(stream));
                await _answer(Interlocked.Increment(ref _number), stream, _stop.Token);
            });
        }
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var count = await stream.ReadAsync(buffer);
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            var all = text.ToString();
            var head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (head >= 0 && all.Length >= head + 4 + LengthOf(all[..head])))
            {
                return all;
            }
        }
    }

    private static int LengthOf(string head) => int.Parse(
        head.Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1], CultureInfo.InvariantCulture);
}
