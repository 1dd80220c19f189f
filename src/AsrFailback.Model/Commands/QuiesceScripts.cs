namespace AsrFailback;

/// <summary>
/// Two programs that bring the applications of a machine to rest for the moment in which a point is taken. They run where the
/// vault is open, each as a process of its own, with the machine's name as their only argument. Thread-safe (immutable).
/// </summary>
/// <param name="Freeze">Absolute path of the program that brings the applications to rest; it ends when they are.</param>
/// <param name="Thaw">Absolute path of the program that lets them go on. It runs after every freeze, however that ended, and may run twice.</param>
public sealed record QuiesceScripts(string Freeze, string Thaw)
{
    /// <summary>How long a program may take if nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The longest time a program may be given.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <summary>How long each of them may take; a freeze that takes longer is ended, and the applications go on.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>SHA-256 of the freeze program in hexadecimal, null to allow it as it is when the scripts are set; one that has changed is not run.</summary>
    public string? FreezeSha256 { get; init; }

    /// <summary>SHA-256 of the thaw program in hexadecimal, likewise.</summary>
    public string? ThawSha256 { get; init; }
}
