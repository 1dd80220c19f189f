using System.Globalization;

namespace AsrFailback.Node;

/// <summary>Says in one line that the health of a machine, or what its replication does, has changed. Not thread-safe.</summary>
internal sealed class HealthWatch
{
    /// <summary>How often it is worth looking.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string _before = KeyOf(ReplicationMode.InOrder, []);

    /// <summary>What is to be told; null when nothing has changed since the last call. Before the first call all was well.</summary>
    /// <param name="status">What the replication does.</param>
    /// <param name="health">What is wrong with the item.</param>
    public string? Tell(ReplicationStatus status, IReadOnlyList<AsrError> health)
    {
        var now = KeyOf(status.Mode, health);
        if (now == _before)
        {
            return null;
        }

        _before = now;
        var well = status.Mode == ReplicationMode.InOrder && health.Count == 0 ? ", all is well again" : "";
        var errors = string.Concat(health.Select(error => $"; {error.Code}: {error.Message}"));
        return $"{status.Item}: {status.Mode}{well}, {RpoOf(status)}{BehindOf(status)}{errors}";
    }

    // Numbers in the errors grow while nothing new has happened.
    private static string KeyOf(ReplicationMode mode, IReadOnlyList<AsrError> health) =>
        string.Join(' ', health.Select(error => error.Id).Distinct().Order(StringComparer.Ordinal).Prepend($"{mode}"));

    private static string RpoOf(ReplicationStatus status) =>
        status.RpoSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"RPO {seconds:0} s") : "no recovery point";

    private static string BehindOf(ReplicationStatus status) => status.Mode switch
    {
        ReplicationMode.Disconnected => $", {ByteSize.Format(status.QueuedBytes)} queued",
        ReplicationMode.IntentOnly => $", {ByteSize.Format(status.DirtyBytes)} to compare",
        _ => "",
    };
}
