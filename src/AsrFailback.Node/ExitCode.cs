namespace AsrFailback.Node;

/// <summary>Exit codes of <c>asrnode</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done and verified.</summary>
    public const int Verified = 0;

    /// <summary>An error; the state is kept.</summary>
    public const int Error = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Done, and something is not as it must be.</summary>
    public const int NotVerified = 3;

    /// <summary>A job waits for somebody; the rest is done.</summary>
    public const int Waits = 4;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 130;

    /// <summary>The exit code of an error.</summary>
    public static int Of(AsrError error) => error.Id == "DrillNotVerified" ? NotVerified : Error;
}
