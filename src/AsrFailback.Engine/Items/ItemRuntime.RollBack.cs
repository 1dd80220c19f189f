namespace AsrFailback.Engine.Items;

/// <content>
/// How much time a failover has left before it is taken back by itself. The time is measured, not read from a clock that may
/// be set: only while the vault is open, and it adds up over the openings.
/// </content>
internal sealed partial class ItemRuntime
{
    private long _measuredSince = options.Clock.GetTimestamp();

    /// <summary>Time left; null where nothing is to be taken back.</summary>
    public TimeSpan? RollBackLeft => state.Facts.RollBack?.Left - options.Clock.GetElapsedTime(Volatile.Read(ref _measuredSince));

    /// <summary>Begins to measure, before it is recorded that there is something to measure.</summary>
    public void BeginToMeasure() => Volatile.Write(ref _measuredSince, options.Clock.GetTimestamp());

    /// <summary>Makes the time that has passed durable.</summary>
    public void NoteRollBack()
    {
        var now = options.Clock.GetTimestamp();
        var passed = options.Clock.GetElapsedTime(Volatile.Read(ref _measuredSince), now);
        state.Change(facts => facts.RollBack is { } rollBack ? facts with { RollBack = rollBack with { Left = rollBack.Left - passed } } : facts);
        Volatile.Write(ref _measuredSince, now);
    }
}
