using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Jobs;

/// <content>
/// How long jobs are kept: by their number and not by their age, because a clock may jump. The newest job of everything stays, and so do
/// the parts of a job that has not ended or may be started again: it finds by them what is done already.
/// </content>
internal sealed partial class JobStore
{
    /// <summary>Jobs that have ended and are kept, beside the newest of everything.</summary>
    public const int MostEnded = 10_000;

    private const int PrunedTogether = 100;

    private readonly SortedDictionary<long, EndedJob> _ended = [];
    private int _endedSince;

    private void NoteEnded(JobRecord record)
    {
        _ended[record.Number] = new EndedJob(record.Job.Name, record.Subject, record.Job.Error is { Temporary: true });
        if (++_endedSince >= PrunedTogether)
        {
            Prune();
        }
    }

    private void Prune()
    {
        lock (_lock)
        {
            _endedSince = 0;
            var tooMany = _ended.Count - _mostEnded;
            if (tooMany <= 0)
            {
                return;
            }

            var goOn = JobsThatMayGoOn();
            foreach (var (number, job) in _ended.Where(ended => !IsKept(ended.Key, ended.Value, goOn)).Take(tooMany).ToArray())
            {
                _store.Delete(Kind, job.Name);
                _ended.Remove(number);
            }
        }
    }

    // Those that have not ended, and those that may be started again: none that a later one has worked on the same since.
    private HashSet<string> JobsThatMayGoOn() => _ended.Where(ended => ended.Value.IsTemporary && IsNewest(ended.Key, ended.Value)).Select(ended => ended.Value.Name)
        .Concat(_unfinished.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private bool IsKept(long number, EndedJob job, HashSet<string> goOn) => IsNewest(number, job) || ParentsOf(job.Name).Any(goOn.Contains);

    private bool IsNewest(long number, EndedJob job) => _newest.GetValueOrDefault(job.Subject).Number == number;

    // A part is called like the whole, a point, and what it is of it.
    private static IEnumerable<string> ParentsOf(string name)
    {
        for (var end = name.LastIndexOf('.'); end > 0; end = name.LastIndexOf('.', end - 1))
        {
            yield return name[..end];
        }
    }

    /// <summary>What is remembered of a job that has ended.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Subject">What it worked on.</param>
    /// <param name="IsTemporary">Whether it may be started again, unless a later one has worked on the same.</param>
    private readonly record struct EndedJob(string Name, string Subject, bool IsTemporary);
}
