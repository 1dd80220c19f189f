using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AsrFailback.Bench.Replication;

/// <summary>Programs of others that do the same: found on PATH, or not measured.</summary>
internal static class Peers
{
    /// <summary>Where a program is; null when it is not installed.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program and waits for it.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    /// <summary>Starts a program.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}

/// <summary>rsync to a daemon on the loopback interface, durable at its end.</summary>
internal sealed class RsyncDaemon : IDisposable
{
    private readonly Process _process;
    private readonly int _port;

    public RsyncDaemon(string folder)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var settings = Path.Combine(folder, "rsyncd.conf");
        File.WriteAllText(settings, $"use chroot = no\nlist = no\n[images]\npath = {folder}\nread only = no\nuid = {Environment.UserName}\ngid = *\n");
        _process = Peers.Start("rsync", "--daemon", "--no-detach", $"--config={settings}", "--address=127.0.0.1", $"--port={_port}");
        SpinWait.SpinUntil(IsListening);
    }

    /// <summary>Sends an image to a file of the daemon's folder.</summary>
    public void Send(string image, string name, params string[] how) => Peers.Run(
        "rsync", [.. how, "--fsync", "--ignore-times", image, string.Create(CultureInfo.InvariantCulture, $"rsync://127.0.0.1:{_port}/images/{name}")]);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool IsListening()
    {
        try
        {
            using var probe = new TcpClient("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>nbdcopy to nbdkit over a unix socket, flushed at its end.</summary>
internal static class Nbdcopy
{
    /// <summary>Copies an image to a new sparse one.</summary>
    public static void Copy(string image, string target, string socket)
    {
        File.Delete(socket);
        using var server = Peers.Start("nbdkit", "--foreground", "--exit-with-parent", "--unix", socket, "file", target);
        SpinWait.SpinUntil(() => File.Exists(socket));
        Peers.Run("nbdcopy", "--flush", "--destination-is-zero", image, $"nbd+unix:///?socket={socket}");
        server.Kill();
        server.WaitForExit();
    }
}
