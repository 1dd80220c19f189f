namespace AsrFailback;

/// <summary>What is wrong with a server, and what is well. Thread-safe (immutable).</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Fabric">Its fabric.</param>
/// <param name="Checks">Every check.</param>
public record ServerReport(string Name, string Fabric, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>Every check.</summary>
    public IReadOnlyList<CheckResult> Checks { get; } = Indexable.Of(Checks);

    /// <summary>Whether it can be used.</summary>
    public bool Ready => Checks.All(check => check.Passed);
}

/// <summary>A master target with everything that could be used through it.</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Fabric">Its fabric.</param>
/// <param name="Checks">Every check.</param>
/// <param name="FreeSlots">Disks it can still take (MT-08).</param>
/// <param name="RetentionVolumes">Its retention volumes, with what speaks against each (MT-09).</param>
/// <param name="Datastores">The site's datastores, with what speaks against each on its host (MT-05, RP-02).</param>
/// <param name="EmptyBecause">Why a list is empty, each cause with its remedy; empty when none is (RP-17).</param>
public sealed record MasterTargetReport(
    string Name, string Fabric, IReadOnlyList<CheckResult> Checks, int FreeSlots,
    IReadOnlyList<Candidate> RetentionVolumes, IReadOnlyList<Candidate> Datastores, IReadOnlyList<AsrError> EmptyBecause)
    : ServerReport(Name, Fabric, Checks)
{
    /// <summary>Its retention volumes.</summary>
    public IReadOnlyList<Candidate> RetentionVolumes { get; } = Indexable.Of(RetentionVolumes);

    /// <summary>The site's datastores.</summary>
    public IReadOnlyList<Candidate> Datastores { get; } = Indexable.Of(Datastores);

    /// <summary>Why a list is empty.</summary>
    public IReadOnlyList<AsrError> EmptyBecause { get; } = Indexable.Of(EmptyBecause);
}

/// <summary>Something that could be chosen, or the reason why not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">What speaks against it; null when it can be used.</param>
public sealed record Candidate(string Name, AsrError? Reason)
{
    /// <summary>Whether it can be used.</summary>
    public bool Usable => Reason is null;

    /// <inheritdoc/>
    public override string ToString() => Reason is null ? Name : $"{Name}: {Reason.Message}";
}

/// <summary>Which servers to look at.</summary>
public enum ServerRole
{
    /// <summary>Master targets.</summary>
    MasterTarget,

    /// <summary>Process servers.</summary>
    ProcessServer,

    /// <summary>Configuration servers.</summary>
    ConfigurationServer,
}
