using System.Net;
using System.Net.Sockets;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Nbd;

/// <summary>Makes the sockets that an <see cref="NbdServer"/> listens at; none can be reached from another host.</summary>
public static class NbdListener
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Backlog = NbdLimits.MaxConnections;

    /// <summary>Listens at a port of 127.0.0.1, to every account of this host.</summary>
    /// <param name="port">The port; 0 takes any that is free.</param>
    /// <exception cref="AsrException"><c>AddressInUse</c>, or what the system says.</exception>
    public static Socket Loopback(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return Listening(listener, new IPEndPoint(IPAddress.Loopback, port), () => { });
    }

    /// <summary>Listens at a socket file that only its owner may use; the file goes when the socket is closed.</summary>
    /// <param name="path">Where; a socket file that a dead process left there is replaced.</param>
    /// <exception cref="AsrException"><c>AddressInUse</c>, <c>FileExists</c>, <c>SocketPathTooLong</c>, or what the system says.</exception>
    public static Socket UnixSocket(string path)
    {
        var place = PlaceOf(path);
        RemoveStale(path, place);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        // Nobody can connect before it listens, so nobody can before the mode is set.
        return Listening(listener, place, () =>
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }
        });
    }

    private static Socket Listening(Socket listener, EndPoint place, Action beforeListening)
    {
        try
        {
            listener.Bind(place);
            beforeListening();
            listener.Listen(Backlog);
            return listener;
        }
        catch (Exception cause) when (cause is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw ErrorCatalogue.Caused(cause, ErrorIdOf(cause), place, cause.Message);
        }
    }

    private static UnixDomainSocketEndPoint PlaceOf(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException cause)
        {
            throw ErrorCatalogue.Caused(cause, "SocketPathTooLong", path);
        }
    }

    private static void RemoveStale(string path, UnixDomainSocketEndPoint place)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw ErrorCatalogue.Exception("FileExists", path);
        }

        if (IsAnswered(place))
        {
            throw ErrorCatalogue.Exception("AddressInUse", path);
        }

        LocalFileSystem.Guarded(path, () =>
        {
            File.Delete(path);
            return true;
        });
    }

    // Elsewhere the kind of a file cannot be asked for; a socket has no content at least.
    private static bool IsSocket(string path) =>
        OperatingSystem.IsLinux() ? UnixStat.IsSocket(path) : File.Exists(path) && new FileInfo(path).Length == 0;

    // Only a refusal proves that nobody listens.
    private static bool IsAnswered(UnixDomainSocketEndPoint place)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(place);
            return true;
        }
        catch (SocketException cause)
        {
            return cause.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    private static string ErrorIdOf(Exception cause) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "AddressInUse",
        SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException => "AccessDenied",
        _ => "FileError",
    };
}
