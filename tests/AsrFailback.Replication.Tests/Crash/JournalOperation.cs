using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>A call of the journal and what it may leave behind.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Act">The call; returns the journal to go on with.</param>
/// <param name="During">The states a crash in the middle may leave; the first holds everything acknowledged before.</param>
/// <param name="After">The state once the call has returned.</param>
internal sealed record JournalOperation(
    string Name, Func<IFileSystem, RetentionJournal, RetentionJournal> Act, IReadOnlyList<JournalModel> During, Func<RetentionJournal, JournalModel> After)
{
    /// <summary>A call that goes through these states and ends in the last.</summary>
    public static JournalOperation Through(string name, IReadOnlyList<JournalModel> states, Action<RetentionJournal> act) =>
        new(
            name,
            (_, journal) =>
            {
                act(journal);
                return journal;
            },
            states,
            _ => states[^1]);
}
