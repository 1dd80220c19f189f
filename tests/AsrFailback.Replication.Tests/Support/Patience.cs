namespace AsrFailback.Replication.Tests;

/// <summary>A test that waits for something fails instead of hanging.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static CancellationToken Token => new CancellationTokenSource(Limit).Token;

    public static Task OrFail(this Task task) => task.WaitAsync(Limit);

    public static Task<T> OrFail<T>(this Task<T> task) => task.WaitAsync(Limit);
}
