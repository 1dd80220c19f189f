namespace AsrFailback.Core.Plans;

/// <summary>Where something may be posted by HTTP: an absolute address without a password in it, over TLS unless it is this machine. Pure.</summary>
public static class HookAddress
{
    private const int MaxText = 2048;

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
}
