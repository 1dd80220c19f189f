using System.Net;
using System.Net.Sockets;
using AsrFailback.Replication.Nbd;

namespace AsrFailback.Node;

/// <summary>Where an NBD server listens, and what its exports are called from there.</summary>
internal sealed class NbdPlace
{
    private readonly string _before;
    private readonly string _after;

    private NbdPlace(Socket listener, string before, string after) => (Listener, _before, _after) = (listener, before, after);

    /// <summary>The listening socket.</summary>
    public Socket Listener { get; }

    /// <summary>A socket file that only its owner may use.</summary>
    /// <exception cref="AsrException"><c>AddressInUse</c>, <c>FileExists</c>, <c>SocketPathTooLong</c>, or what the system says.</exception>
    public static NbdPlace AtSocket(string path)
    {
        var full = Path.GetFullPath(path);
        return new NbdPlace(NbdListener.UnixSocket(full), "nbd+unix:///", "?socket=" + Escape(full));
    }

    /// <summary>A port of 127.0.0.1; 0 takes a free one.</summary>
    /// <exception cref="AsrException"><c>AddressInUse</c>, or what the system says.</exception>
    public static NbdPlace AtPort(int port)
    {
        var listener = NbdListener.Loopback(port);
        return new NbdPlace(listener, $"nbd://{(IPEndPoint)listener.LocalEndPoint!}/", "");
    }

    /// <summary>The URI of an export, as NBD programs take it.</summary>
    public string UriOf(string export) => _before + Escape(export) + _after;

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
}
