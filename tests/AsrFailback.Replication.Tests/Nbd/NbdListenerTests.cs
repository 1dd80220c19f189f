using System.Net;
using System.Net.Sockets;
using AsrFailback.Replication.Nbd;

namespace AsrFailback.Replication.Tests;

/// <summary>The sockets a server listens at.</summary>
public sealed class NbdListenerTests
{
    [UnixFact]
    public void Only_its_owner_may_use_a_socket_file_and_it_goes_with_the_socket()
    {
        using var folder = new TempFolder();
        using (NbdListener.UnixSocket(folder["nbd.sock"]))
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder["nbd.sock"]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.False(Path.Exists(folder["nbd.sock"]));
    }

    [UnixFact]
    public void A_socket_file_of_a_dead_process_is_replaced()
    {
        using var folder = new TempFolder();
        LeaveStale(folder["nbd.sock"]);

        using var listener = NbdListener.UnixSocket(folder["nbd.sock"]);

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(folder["nbd.sock"]));
    }

    [UnixFact]
    public void A_socket_file_of_a_living_server_is_refused_and_goes_on()
    {
        using var folder = new TempFolder();
        using var first = NbdListener.UnixSocket(folder["nbd.sock"]);

        Assert.Equal("AddressInUse", RefusalOf(() => NbdListener.UnixSocket(folder["nbd.sock"])));

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(folder["nbd.sock"]));
    }

    [UnixFact]
    public void Whatever_else_lies_there_is_refused_and_left_alone()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["file"], "mine");
        File.WriteAllText(folder["empty"], "");
        Directory.CreateDirectory(folder["folder"]);
        LeaveStale(folder["stale"]);
        File.CreateSymbolicLink(folder["link"], folder["stale"]);

        Assert.All(new[] { "file", "empty", "folder", "link" }, name => Assert.Equal("FileExists", RefusalOf(() => NbdListener.UnixSocket(folder[name]))));

        Assert.Equal("mine", File.ReadAllText(folder["file"]));
        Assert.All(new[] { "empty", "folder", "stale", "link" }, name => Assert.True(Path.Exists(folder[name])));
    }

    [UnixFact]
    public void A_path_that_no_socket_can_have_is_named()
    {
        using var folder = new TempFolder();
        var path = folder[new string('s', 120)];

        Assert.Equal("SocketPathTooLong", RefusalOf(() => NbdListener.UnixSocket(path)));
        Assert.Equal("FileError", RefusalOf(() => NbdListener.UnixSocket(folder[Path.Combine("missing", "nbd.sock")])));
    }

    [Fact]
    public void A_port_is_open_to_this_host_only_and_to_one_server()
    {
        using var listener = NbdListener.Loopback(0);
        var place = (IPEndPoint)listener.LocalEndPoint!;

        Assert.Equal(IPAddress.Loopback, place.Address);
        Assert.Equal("AddressInUse", RefusalOf(() => NbdListener.Loopback(place.Port)));
    }

    // As a killed process leaves it: closing without an end point of a file keeps the file.
    private static void LeaveStale(string path)
    {
        var copy = path + ".bound";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(copy));
            File.Move(copy, path);
        }

        Assert.True(Path.Exists(path));
    }

    private static string RefusalOf(Func<Socket> listen) => Assert.Throws<AsrException>(() => listen().Dispose()).Error.Id;
}
