namespace AsrFailback.Engine.Tests;

/// <summary>Waiting for what a test waits for, without sleeping.</summary>
internal static class Waiting
{
    /// <summary>Asks again and again; fails when it takes too long.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(condition, DrWorld.Patience);

    /// <summary>Asks again and again; fails when it takes longer than that.</summary>
    public static Task UntilAsync(Func<bool> condition, TimeSpan patience) => Task.Run(async () =>
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }).WaitAsync(patience);

    /// <summary>Lets the clock go on second by second until something holds.</summary>
    public static Task UntilAsync(this ManualClock clock, Func<bool> condition) => UntilAsync(() =>
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    /// <summary>Lets the clock go on until something is done.</summary>
    public static async Task UntilAsync(this ManualClock clock, Task done)
    {
        await clock.UntilAsync(() => done.IsCompleted);
        await done;
    }
}
