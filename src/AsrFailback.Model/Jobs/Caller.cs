namespace AsrFailback;

/// <summary>Who asked for something, and from where. Thread-safe (immutable).</summary>
/// <param name="User">The account of the operating system.</param>
/// <param name="Host">The computer.</param>
/// <param name="Program">The program and its process id, for example <c>pwsh 1234</c>.</param>
public sealed record Caller(string User, string Host, string Program)
{
    /// <summary>This process.</summary>
    /// <returns>Its account, computer, program and process id.</returns>
    public static Caller OfThisProcess() =>
        new(Environment.UserName, Environment.MachineName, $"{Path.GetFileNameWithoutExtension(Environment.ProcessPath)} {Environment.ProcessId}");

    /// <inheritdoc/>
    public override string ToString() => $"{User}@{Host}";
}
