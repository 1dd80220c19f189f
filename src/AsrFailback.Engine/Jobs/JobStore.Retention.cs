using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Jobs;

/// <content>
/// How long jobs are kept: by their number and not by their age, because a clock may jump. The newest job of everything stays, and so do
/// the parts of a job that has not ended: it finds by them what is done already.
/// </content>
internal sealed partial class JobStore
{
    /// <summary>Jobs that have ended and are kept, beside the newest of everything.</summary>
    public const int MostEnded = 10_000;

    private const int PrunedTogether = 100;

    private readonly SortedDictionary<long, (string Name, string Subject)> _ended = [];
    private int _endedSince;

    private void NoteEnded(JobRecord record)
    {
        _ended[record.Number] = (record.Job.Name, record.Subject);
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
            var tooMany = _ended.Count - MostEnded;
            foreach (var (number, job) in _ended.Where(ended => !IsKept(ended.Key, ended.Value)).Take(Math.Max(0, tooMany)).ToArray())
            {
                _store.Delete(Kind, job.Name);
                _ended.Remove(number);
            }
        }
    }

    private bool IsKept(long number, (string Name, string Subject) job) =>
        _newest.GetValueOrDefault(job.Subject).Number == number || _unfinished.Keys.Any(parent => job.Name.StartsWith($"{parent}.", StringComparison.OrdinalIgnoreCase));
}
