using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Opens a journal after a crash and compares it with every state it may be in. Changes the disk it is given as any
/// opening does.
/// </summary>
internal static class JournalVerifier
{
    /// <summary>Verifies, and says which of the candidates the journal is.</summary>
    /// <param name="files">The disk after the crash.</param>
    /// <param name="candidates">The states it may be in, earliest first; the first holds all that was acknowledged.</param>
    /// <param name="checkSelf">Whether to ask the journal's own checker as well.</param>
    public static (JournalModel Found, IReadOnlyList<Violation> Violations) Verify(
        IFileSystem files, IReadOnlyList<JournalModel> candidates, bool checkSelf = true)
    {
        RetentionJournal journal;
        var rot = new List<Violation>();
        try
        {
            journal = JournalFiles.Open(files, options: new JournalOptions { OnRot = () => rot.Add(new(Promise.SelfKnowledge, "rot was found where nothing rots")) });
        }
        catch (AsrException refused)
        {
            return (candidates[0], [new Violation(Promise.Opens, $"it does not open: {refused.Message}")]);
        }

        List<Violation> violations;
        JournalModel found;
        using (journal)
        {
            found = Match(files, journal, candidates);
            violations = [.. Compare(files, journal, found)];
        }

        violations.AddRange([.. rot, .. checkSelf ? CheckSelf(files) : []]);
        return (found, violations);
    }

    /// <summary>Compares an open journal with the one state it must be in.</summary>
    public static IEnumerable<Violation> Compare(IFileSystem files, RetentionJournal journal, JournalModel model)
    {
        if (!model.Covers(journal.Acknowledged))
        {
            yield return new Violation(
                Promise.DurableBeforeAcknowledged, $"acknowledged was {model.Acknowledged}, now it is {journal.Acknowledged}");
        }

        foreach (var block in ReplicaDifferences(files, model))
        {
            yield return new Violation(Promise.DurableBeforeAcknowledged, $"the replica differs at {block}");
        }

        if (!model.Lists(journal.Points))
        {
            var before = Names(model.Points.Select(expected => expected.Point));
            yield return new Violation(Promise.ListedPointIsWhole, $"points [{before}] became [{Names(journal.Points)}]");
        }

        foreach (var violation in ComparePoints(journal, model))
        {
            yield return violation;
        }

        // A rollback that was cut off may not have begun yet; it is repeated before anything else happens.
        if (model.RollingBackTo is null && journal.InOrder != model.InOrder)
        {
            yield return new Violation(Promise.SelfKnowledge, $"in order: {journal.InOrder}, expected {model.InOrder}");
        }
    }

    /// <summary>Which of the candidates a journal just opened is.</summary>
    public static JournalModel Match(IFileSystem files, RetentionJournal journal, IReadOnlyList<JournalModel> candidates)
    {
        var placed = candidates.Where(candidate => candidate.Covers(journal.Acknowledged)).ToArray();
        var alike = placed.Where(candidate => candidate.Lists(journal.Points)).ToArray();
        var found = alike.LastOrDefault(candidate => candidate.InOrder == journal.InOrder)
            ?? alike.LastOrDefault()
            ?? placed.LastOrDefault()
            ?? candidates[0];
        return !found.Fluid || placed.Length == 0 ? found : found with
        {
            State = WithDisks(files, DiskState.Of),
            Acknowledged = journal.Acknowledged,
            Received = journal.Acknowledged,
        };
    }

    private static T WithDisks<T>(IFileSystem files, Func<IReadOnlyList<Disks.IBlockDevice>, T> use)
    {
        var disks = JournalFiles.OpenDisks(files);
        try
        {
            return use(disks);
        }
        finally
        {
            foreach (var disk in disks)
            {
                disk.Dispose();
            }
        }
    }

    private static string[] ReplicaDifferences(IFileSystem files, JournalModel model) => WithDisks(
        files, disks => model.State.Differences(disks, model.RollingBackTo?.State).Select(block => block.ToString()).ToArray());

    private static IEnumerable<Violation> ComparePoints(RetentionJournal journal, JournalModel model)
    {
        foreach (var listed in journal.Points)
        {
            if (model.Points.FirstOrDefault(expected => expected.Point.Id == listed.Id) is not { } expected)
            {
                continue;
            }

            foreach (var difference in DifferencesOf(journal, expected))
            {
                yield return new Violation(Promise.PointExact, $"point {listed.Label} at {listed.Position} {difference}");
            }
        }
    }

    private static string[] DifferencesOf(RetentionJournal journal, ModelPoint expected)
    {
        try
        {
            return [.. expected.State.Differences(journal.OpenPoint(expected.Point.Id)).Select(block => $"differs at {block}")];
        }
        catch (AsrException refused)
        {
            return [$"cannot be read: {refused.Message}"];
        }
    }

    private static Violation[] CheckSelf(IFileSystem files) => WithDisks(
        files,
        disks => JournalChecker.Check(files, JournalFiles.Folder, JournalFiles.Folder, disks).Findings
            .Select(finding => new Violation(Promise.SelfKnowledge, finding))
            .ToArray());

    private static string Names(IEnumerable<RecoveryPoint> points) => string.Join(", ", points.Select(point => point.Label));
}
