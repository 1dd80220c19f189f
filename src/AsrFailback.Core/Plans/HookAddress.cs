namespace AsrFailback.Core.Plans;

/// <summary>Where something may be posted by HTTP: an absolute address without a password in it, over TLS unless it is this machine. Pure.</summary>
public static class HookAddress
{
    private const int MaxText = 2048;
    private const int MaxVariable = 128;

    /// <summary>What is wrong with an address; null when it may be used.</summary>
    public static string? FaultOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Length > MaxText || !Uri.TryCreate(address, UriKind.Absolute, out var uri) ? "it is no absolute address"
            : uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? "it begins neither with https nor with http"
            : uri.UserInfo.Length > 0 ? "it holds a password; name an environment variable that holds it"
            : uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback ? "http is possible on this machine only; use https"
            : null;
    }

    /// <summary>What is wrong with the name of the environment variable that holds a token; null when it may be used, or there is none.</summary>
    public static string? TokenFaultOf(string? variable) =>
        variable is not null && (variable.Length is 0 or > MaxVariable || !variable.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            ? "it must be the name of an environment variable: letters, digits and '_'"
            : null;
}
