using System.Globalization;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;

namespace AsrFailback.Engine.Jobs;

/// <summary>
/// Who did what, when, from where: an entry before a job begins and one when it has ended, each chained to the one before by its hash, and
/// remembered by its job. An entry is durable when the call returns. The oldest go a thousand at a time, and the hash of the last of
/// them stays, so that the rest is still a chain. Thread-safe.
/// </summary>
internal sealed class AuditLog
{
    /// <summary>Entries kept at least.</summary>
    public const int MostEntries = 100_000;

    private const string Kind = "audit";
    private const string BeginKind = "audit-begin";
    private const int PrunedTogether = 1_000;

    private readonly IStateStore _store;
    private readonly EngineOptions _options;
    private readonly object _lock = new();
    private long _lastNumber;
    private string _lastHash;

    public AuditLog(IStateStore store, EngineOptions options)
    {
        (_store, _options) = (store, options);
        var begin = BeginOf(store);
        var last = store.FindLast(Kind);
        (_lastNumber, _lastHash) = last is null
            ? (begin.Number, begin.Hash)
            : (long.Parse(last.Key, CultureInfo.InvariantCulture), TryRead<AuditLine>(last.Json)?.Hash ?? "");
    }

    /// <summary>Records something about a job; the job is to be stored with the mark that this returns.</summary>
    public JobRecord Note(JobRecord record, AuditAction action, string? comment = null)
    {
        lock (_lock)
        {
            var number = _lastNumber + 1;
            var line = AuditLine.After(_lastHash, EngineJson.Write(EntryOf(number, record, action, comment)));
            _store.Put(Kind, KeyOf(number), EngineJson.Write(line), 0);
            (_lastNumber, _lastHash) = (number, line.Hash);
            Prune();
            return record with { Audit = new AuditMark(number, line.Hash) };
        }
    }

    /// <summary>All entries, newest first; one that cannot be read is left out.</summary>
    public IEnumerable<AuditEntry> List() => _store.List(Kind).Reverse().Select(document => TryRead<AuditEntry>(TryRead<AuditLine>(document.Json)?.Entry)).OfType<AuditEntry>();

    /// <summary>What is wrong with the chain, in words; the first place only, because what follows a break proves nothing.</summary>
    public static IEnumerable<string> Check(IStateStore store)
    {
        var begin = BeginOf(store);
        var (number, hash) = (begin.Number, begin.Hash);
        var lines = store.List(Kind).Where(document => string.CompareOrdinal(document.Key, KeyOf(begin.Number)) > 0).ToArray();
        if (number != 0 && (number % PrunedTogether != 0 || lines.Length < MostEntries))
        {
            return [$"audit log: the entries up to {number} did not go by their age"];
        }

        var hashes = new Dictionary<long, string>();
        foreach (var document in lines)
        {
            number++;
            var line = TryRead<AuditLine>(document.Json);
            if (document.Key != KeyOf(number) || line?.Follows(hash) != true)
            {
                return [$"audit log: entry {number} was changed or is missing; nothing after it is proven"];
            }

            hashes[number] = hash = line.Hash;
        }

        return store.List(JobStore.Kind).Select(document => EngineJson.Read<JobRecord>(document.Json))
            .Where(record => record.Audit is { } mark && mark.Number > begin.Number && hashes.GetValueOrDefault(mark.Number) != mark.Hash)
            .OrderBy(record => record.Audit!.Number).Take(1)
            .Select(record => $"audit log: entry {record.Audit!.Number} about job {record.Job.Name} is missing or was replaced");
    }

    private static T? TryRead<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : EngineJson.Read<T>(json);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string KeyOf(long number) => number.ToString("D12", CultureInfo.InvariantCulture);

    private static AuditMark BeginOf(IStateStore store) =>
        store.Find(BeginKind, BeginKind) is { } document ? EngineJson.Read<AuditMark>(document.Json) : new AuditMark(0, "");

    private AuditEntry EntryOf(long number, JobRecord record, AuditAction action, string? comment)
    {
        var job = record.Job;
        return new AuditEntry(number, _options.Clock.GetUtcNow(), _options.Caller, action, job.Name, job.FriendlyName, job.TargetObjectName, job.CorrelationId)
        {
            SkippedChecks = record.Command.SkipChecks is { Count: > 0 } skipped ? skipped : null,
            Outcome = action == AuditAction.Ended ? job.State : null,
            Error = action == AuditAction.Ended ? job.Error?.Id : null,
            Comment = comment,
        };
    }

    // Where the rest begins is durable before anything goes; what a stop in between leaves behind counts for nothing.
    private void Prune()
    {
        if (_lastNumber % PrunedTogether != 0 || BeginOf(_store).Number is var begin && _lastNumber - begin < MostEntries + PrunedTogether)
        {
            return;
        }

        var last = begin + PrunedTogether;
        var hash = EngineJson.Read<AuditLine>(_store.Find(Kind, KeyOf(last))!.Json).Hash;
        _store.Put(BeginKind, BeginKind, EngineJson.Write(new AuditMark(last, hash)), _store.Find(BeginKind, BeginKind)?.Version ?? 0);
        for (var number = begin + 1; number <= last; number++)
        {
            _store.Delete(Kind, KeyOf(number));
        }
    }
}
