namespace AsrFailback;

/// <summary>What may be done with a job, in the service's words. Thread-safe (immutable).</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct JobAction(string Value)
{
    /// <summary>Stop it at its next safe place (Stop-AsrJob).</summary>
    public static readonly JobAction Cancel = new("Cancel");

    /// <summary>Start it again at the task it stopped in (Restart-AsrJob).</summary>
    public static readonly JobAction Restart = new("Restart");

    /// <summary>Go on after a manual action (Resume-AsrJob).</summary>
    public static readonly JobAction Resume = new("Resume");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
