using AsrFailback.Core.Errors;
using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Items;

/// <summary>
/// Brings the applications of a machine to rest while a point is queued. That they are to go on again is recorded before
/// they are frozen: whatever ends in between, they are let go when the vault is opened again. Thread-safe.
/// </summary>
internal sealed class Quiescence(ItemState state, ScriptRunner runner) : IAsyncDisposable
{
    private const int ThawAttempts = 3;

    private readonly SemaphoreSlim _one = new(1);
    private volatile bool _atRestForPoint;

    /// <summary>Why the last automatic point is not application-consistent although it should be; null when all is well.</summary>
    public AsrError? Failure { get; set; }

    /// <summary>Whether the applications were frozen and could not be let go; also while that is tried again.</summary>
    public bool IsLeftFrozen => state.Facts.Frozen && !_atRestForPoint;

    /// <summary>That the applications may still be at rest; null when they go on.</summary>
    public AsrError? LeftFrozen => IsLeftFrozen ? ThawFailed() : null;

    /// <summary>
    /// Why the applications may not be brought to rest now, null when they may: both programs are as they were allowed, since
    /// the second must follow the first, and nothing is left frozen.
    /// </summary>
    public AsrError? Obstacle
    {
        get
        {
            try
            {
                var scripts = Scripts;
                FreezeOf(scripts).RequireUnchanged();
                ThawOf(scripts).RequireUnchanged();
                return LeftFrozen;
            }
            catch (AsrException refused)
            {
                return refused.Error;
            }
        }
    }

    /// <summary>Freezes the applications of machines, in parallel, does something, and lets them go on.</summary>
    /// <param name="machines">The machines, all with scripts.</param>
    /// <param name="action">What is done while all of them are at rest; must be quick.</param>
    /// <param name="cancellation">Ends a freeze; the applications go on.</param>
    /// <exception cref="AsrException">
    /// What a freeze said: <c>ScriptFailed</c>, <c>ScriptTimedOut</c>; or, before the first freeze, the <see cref="Obstacle"/> of a machine.
    /// </exception>
    public static async Task<T> WhileFrozenAsync<T>(IReadOnlyList<Quiescence> machines, Func<T> action, CancellationToken cancellation)
    {
        // Everybody takes machines in the same order, so that two points of overlapping groups never wait for one another.
        var taken = new Stack<Quiescence>();
        try
        {
            foreach (var machine in machines.OrderBy(machine => machine.Name, StringComparer.OrdinalIgnoreCase))
            {
                await machine._one.WaitAsync(cancellation).ConfigureAwait(false);
                taken.Push(machine);
            }

            if (machines.Select(machine => machine.Obstacle).FirstOrDefault(obstacle => obstacle is not null) is { } refused)
            {
                throw new AsrException(refused);
            }

            try
            {
                await Task.WhenAll(machines.Select(machine => machine.FreezeAsync(cancellation))).ConfigureAwait(false);
                return action();
            }
            finally
            {
                await Task.WhenAll(machines.Select(machine => machine.ThawAsync())).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var machine in taken)
            {
                machine._atRestForPoint = false;
                machine._one.Release();
            }
        }
    }

    /// <summary>Lets applications go on that were left frozen: the process that froze them ended, or a thaw failed.</summary>
    public async Task ThawLeftoverAsync()
    {
        if (!state.Facts.Frozen || !await _one.WaitAsync(TimeSpan.Zero).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await ThawAsync().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Lets applications go on that were left frozen; a protection that ends leaves none behind.</summary>
    /// <exception cref="AsrException"><c>ThawFailed</c>: they may still be at rest.</exception>
    public async Task RequireThawedAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await ThawAsync().ConfigureAwait(false);
            if (state.Facts.Frozen)
            {
                throw new AsrException(ThawFailed());
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Changes the policy between two points; what was left frozen is let go first, by the program of the new policy.</summary>
    /// <exception cref="AsrException">
    /// What that program said, or <c>ThawFailed</c> where the new policy has none; the policy is the old one then.
    /// </exception>
    public async Task ChangePolicyAsync(ReplicationPolicy policy, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (state.Facts.Frozen)
            {
                var scripts = policy.Quiesce ?? throw new AsrException(ThawFailed());
                await RunAsync(ThawOf(scripts), scripts.Timeout, CancellationToken.None).ConfigureAwait(false);
            }

            state.Change(facts => facts with { Policy = policy, Frozen = false });
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Waits until applications that are at rest go on again: a vault that closes leaves none behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        _one.Release(); // it holds nothing that has to be disposed of, and an item may be closed twice
    }

    private string Name => state.Facts.Item;

    private QuiesceScripts Scripts => state.Facts.Policy.Quiesce ?? throw ErrorCatalogue.Exception("NoQuiesceScripts", Name);

    private async Task FreezeAsync(CancellationToken cancellation)
    {
        var scripts = Scripts;
        _atRestForPoint = true;
        state.Change(facts => facts with { Frozen = true });
        await RunAsync(FreezeOf(scripts), scripts.Timeout, cancellation).ConfigureAwait(false);
    }

    // Never cancelled: applications that stay frozen are an outage of our own making.
    private async Task ThawAsync()
    {
        if (!state.Facts.Frozen)
        {
            return;
        }

        for (var attempt = 1; attempt <= ThawAttempts; attempt++)
        {
            try
            {
                var scripts = Scripts;
                await RunAsync(ThawOf(scripts), scripts.Timeout, CancellationToken.None).ConfigureAwait(false);
                state.Change(facts => facts with { Frozen = false });
                return;
            }
            catch (AsrException)
            {
                // Tried again; after the last attempt the item's health says so, and the next evaluation of it tries again.
            }
        }
    }

    private static Script FreezeOf(QuiesceScripts scripts) => new(scripts.Freeze, scripts.FreezeSha256 ?? "");

    private static Script ThawOf(QuiesceScripts scripts) => new(scripts.Thaw, scripts.ThawSha256 ?? "");

    private AsrError ThawFailed() => ErrorCatalogue.Error("ThawFailed", Name, state.Facts.Policy.Quiesce?.Thaw ?? "");

    private Task<string> RunAsync(Script script, TimeSpan timeout, CancellationToken cancellation) =>
        runner.RunAsync(script, [Name], timeout, cancellation);
}
