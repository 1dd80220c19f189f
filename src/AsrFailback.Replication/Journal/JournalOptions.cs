using AsrFailback.Replication.Encryption;

namespace AsrFailback.Replication.Journal;

/// <summary>How a journal is opened. The calls come from whoever works with the journal at that moment and must not call it.</summary>
public sealed record JournalOptions
{
    /// <summary>The age of points.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called before anything is done after which the points of now are not exact any more: a block they are read through was damaged, and what it held is not known.</summary>
    public Action OnSpoilt { get; init; } = () => { };

    /// <summary>Called before a block that does not hold what was written to it is written in part: the whole replica has to be compared with the machine, because its digest will not tell any more.</summary>
    public Action OnRot { get; init; } = () => { };

    /// <summary>Somebody else may have written the replica: until <see cref="RetentionJournal.Trust"/> its digests are compared with its blocks wherever they matter, and are not believed.</summary>
    public bool Distrusted { get; init; }

    /// <summary>What its redo log and history are encrypted with; null for nothing. A copy is kept while the journal is open (FO-06).</summary>
    public DataKey? Key { get; init; }

    /// <summary>A point that is pinned from the beginning: even the opening makes room on a full disk.</summary>
    public Guid? Pinned { get; init; }
}
