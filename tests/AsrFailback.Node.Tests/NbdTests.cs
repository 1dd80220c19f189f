using System.Net;
using System.Net.Sockets;
using AsrFailback.Replication.Tests;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Node.Tests;

/// <summary><c>asrnode nbd</c> as a program: where it listens, how it ends, what it refuses, and what survives it.</summary>
public sealed class NbdTests
{
    private const int MiB = ProtectedVault.MiB;

    [SignalTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task It_serves_until_it_is_stopped_and_leaves_nothing_behind(string signal)
    {
        using var vault = await ProtectedVault.CreateAsync();
        using var node = await vault.ServeAsync();
        Assert.Equal($"nbd+unix:///disk0?socket={vault.Socket}", await node.FirstLineAsync());
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(vault.Socket) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using (var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket), "disk1"))
        {
            Assert.Equal(ProtectedVault.DiskBytes[1], client.Bytes);
            client.Write(0, Noise(4096, 1));
        }

        await ProtectedVault.StopAsync(node, signal);

        Assert.False(Path.Exists(vault.Socket));
        Assert.Equal(Noise(4096, 1), vault.DiskAt("onprem", 1)[..4096]);
        (await Asrnode.RunAsync("check", "--vault", vault.Path)).MustExit(0);
    }

    [SignalFact]
    public async Task A_client_that_is_still_there_does_not_keep_it_from_stopping()
    {
        using var vault = await ProtectedVault.CreateAsync();
        using var node = await vault.ServeAsync();
        using var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket));
        client.Write(0, Noise(MiB, 2));

        await ProtectedVault.StopAsync(node);

        client.MustBeClosed();
        Assert.Equal(Noise(MiB, 2), vault.DiskAt("onprem", 0)[..MiB]);
    }

    [SignalFact]
    public async Task A_port_of_this_host_is_served_on_request()
    {
        using var vault = await ProtectedVault.CreateAsync();
        using var node = await vault.ServeAsync("--port", "0");
        var uri = new Uri(await node.FirstLineAsync());

        Assert.Equal(("nbd", "127.0.0.1", "/disk0"), (uri.Scheme, uri.Host, uri.AbsolutePath));
        using (var client = NbdClient.Begin(new IPEndPoint(IPAddress.Loopback, uri.Port), structured: true))
        {
            Assert.Equal(ProtectedVault.DiskBytes[0], client.Bytes);
        }

        Assert.False(Path.Exists(vault.Socket));
        await ProtectedVault.StopAsync(node);
    }

    [SignalFact]
    public async Task After_a_kill_what_was_flushed_is_on_the_disk_and_the_replica_gets_it()
    {
        const int Write = 64 << 10;
        using var vault = await ProtectedVault.CreateAsync();
        using (var node = await vault.ServeAsync())
        {
            using var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket));
            for (var count = 0; count < 100; count++)
            {
                client.Write((long)count * Write, Noise(Write, count));
            }

            client.Flush();
            client.Request(CmdWrite, 40L * MiB, 4 * MiB, payload: Noise(4 * MiB, 5));
            Assert.Equal(137, (await node.KillAsync()).ExitCode);
        }

        var expected = Enumerable.Range(0, 100).SelectMany(count => Noise(Write, count)).ToArray();
        Assert.True(File.Exists(vault.Socket), "a killed program removes nothing");
        Assert.Equal(expected, vault.DiskAt("onprem", 0)[..expected.Length]);
        using (var again = await vault.ServeAsync())
        {
            using var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket));
            Assert.Equal(expected[..MiB], client.Read(0, MiB));
            await ProtectedVault.StopAsync(again);
        }

        var source = vault.DiskAt("onprem", 0);
        await vault.FailOverAsync();
        Assert.True(source.AsSpan().SequenceEqual(vault.DiskAt("azure", 0)), "the replica differs from the source");
        Assert.True(expected.AsSpan().SequenceEqual(source.AsSpan(0, expected.Length)));
    }

    [SignalFact]
    public async Task What_happens_to_the_replication_is_said_while_programs_write()
    {
        using var vault = await ProtectedVault.CreateAsync();
        using var node = await vault.ServeAsync();
        using (var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket)))
        {
            vault.Connect("azure", connected: false);
            client.Write(0, Noise(512, 1));
            await node.MustSayAsync("web01: Disconnected, RPO ");

            // More than the queue holds.
            for (var count = 0; count < 70; count++)
            {
                client.Write(count % 40 * (long)MiB, Noise(MiB, count));
            }

            await node.MustSayAsync("web01: IntentOnly, RPO ");
            vault.Connect("azure", connected: true);
            await node.MustSayAsync("web01: InOrder, all is well again, RPO 0 s");
        }

        await ProtectedVault.StopAsync(node);
        var said = (await node.EndAsync()).Errors.Split('\n').Where(line => line.StartsWith("web01: ", StringComparison.Ordinal)).ToArray();
        Assert.InRange(said.Length, 3, 10);
        Assert.Contains(said, line => line.Contains(" to compare", StringComparison.Ordinal));
    }

    [SignalFact]
    public async Task A_machine_is_served_where_it_runs()
    {
        using var vault = await ProtectedVault.CreateAsync();
        await vault.FailOverAsync();
        var before = vault.DiskAt("onprem", 0);
        using var node = await vault.ServeAsync();

        using (var client = NbdClient.Begin(new UnixDomainSocketEndPoint(vault.Socket)))
        {
            client.Write(512, Noise(512, 1), FlagFua);
        }

        await ProtectedVault.StopAsync(node);
        Assert.Equal(Noise(512, 1), vault.DiskAt("azure", 0)[512..1024]);
        Assert.True(before.AsSpan().SequenceEqual(vault.DiskAt("onprem", 0)), "the side that does not run was written");
    }

    [SignalFact]
    public async Task What_cannot_be_served_is_refused_with_its_remedy_and_nothing_changes()
    {
        using var vault = await ProtectedVault.CreateAsync();
        await File.WriteAllTextAsync(vault.Folder.At("notes.txt"), "mine");
        using (var node = await vault.ServeAsync())
        {
            (await RefusedAsync(vault)).MustRefuse(1, "VaultInUse", "process");
            await ProtectedVault.StopAsync(node);
        }

        (await Asrnode.RunInAsync(vault.Folder, "nbd", "--vault", vault.Path, "--machine", "web02")).MustRefuse(1, "ItemNotFound", "web02");
        (await Asrnode.RunInAsync(vault.Folder, "nbd", "--vault", vault.Folder.At("none"), "--machine", "web01")).MustRefuse(1, "VaultMissing");
        (await RefusedAsync(vault, "--socket", vault.Folder.At("notes.txt"))).MustRefuse(1, "FileExists", "notes.txt");
        (await RefusedAsync(vault, "--socket", vault.Folder.At(new string('s', 120)))).MustRefuse(1, "SocketPathTooLong", "--port");
        using (var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port.Listen();
            (await RefusedAsync(vault, "--port", $"{((IPEndPoint)port.LocalEndPoint!).Port}")).MustRefuse(1, "AddressInUse", "127.0.0.1");
        }

        Directory.Move(Path.Combine(vault.Folder.Kept, "onprem"), vault.Folder.At("away"));
        (await RefusedAsync(vault)).MustRefuse(1, "MachineNotServed", "web01", "onprem", "asrnode resume");
        Assert.Equal("mine", await File.ReadAllTextAsync(vault.Folder.At("notes.txt")));
    }

    private static Task<NodeResult> RefusedAsync(ProtectedVault vault, params string[] arguments) =>
        Asrnode.RunInAsync(vault.Folder, ["nbd", "--vault", vault.Path, "--machine", ProtectedVault.Machine, .. arguments]);

    private static byte[] Noise(int length, int seed)
    {
        var noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
