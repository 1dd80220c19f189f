using System.Net;
using System.Net.Sockets;

namespace AsrFailback.Core.Servers;

/// <summary>How the address of a server may be written.</summary>
public static class ServerAddress
{
    private const int MaxLength = 253;
    private const int MaxName = 80;

    /// <summary>The IP address of a text; null where it is none. Short forms such as 10.1 are addresses to the framework and misspelt to everybody else.</summary>
    public static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Split('.').Length == 4) ? address : null;

    /// <summary>Whether a text may name a server: letters, digits, hyphens and underscores, and dots between them as in the name of a host.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxName
        && text.Split('.').All(part => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));

    /// <summary>Whether a text is an IP address, or the name of a host.</summary>
    public static bool IsPossible(string text) => Parse(text) is not null
        || (text.Length <= MaxLength && text.Any(char.IsAsciiLetter) && Uri.CheckHostName(text) == UriHostNameType.Dns);
}
