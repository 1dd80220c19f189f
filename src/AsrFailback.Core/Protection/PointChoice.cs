using AsrFailback.Core.Errors;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>A recovery point as a user names it: a word, an id, a moment or a label. Never silently another one (FO-10). Thread-safe (immutable).</summary>
/// <param name="name">What the user said.</param>
public sealed class PointChoice(string name)
{
    /// <summary>The word for everything the target received.</summary>
    public const string Latest = "Latest";

    private const string LatestProcessed = "LatestProcessed";
    private const string LatestAppConsistent = "LatestAppConsistent";
    private const string LatestCrashConsistent = "LatestCrashConsistent";
    private static readonly string[] Meanings = [Latest, LatestProcessed, LatestAppConsistent, LatestCrashConsistent];

    /// <summary>Whether a label would be taken for something else: for a word, an id, or a moment.</summary>
    public static bool IsReserved(string label) => Meanings.Contains(label, StringComparer.OrdinalIgnoreCase) || Guid.TryParse(label, out _) || PointTime.IsMeant(label);

    /// <summary>The point's id; null for the latest.</summary>
    /// <param name="service">The vault.</param>
    /// <param name="item">The item.</param>
    /// <param name="common">Whether a machine of a replication group takes an application-consistent point only that all of them have (FB-03).</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="AsrException"><c>ItemNotFound</c>, <c>PointNotFound</c>, <c>NoAppConsistentPoint</c>, <c>PointAmbiguous</c>, <c>NoPointSoOld</c>, <c>PointTimeUnclear</c>.</exception>
    public async Task<Guid?> FindAsync(IFailbackService service, string item, bool common, CancellationToken cancellation)
    {
        if (Is(Latest))
        {
            return null;
        }

        if (Guid.TryParse(name, out var id))
        {
            return id;
        }

        DateTimeOffset? moment = PointTime.IsMeant(name) ? PointTime.Read(name) : null;
        var points = await service.GetRecoveryPointsAsync(item, cancellation).ConfigureAwait(false);
        if (moment is { } until)
        {
            return NewestUntil(until, item, points);
        }

        var grouped = common && Is(LatestAppConsistent) && (await service.GetProtectedItemAsync(item, cancellation).ConfigureAwait(false))?.ReplicationGroup is not null;
        return Meanings.Any(Is)
            ? points.LastOrDefault(point => Fits(point) && (!grouped || point.IsCommon))?.Id ?? throw (Is(LatestAppConsistent) ? ErrorCatalogue.Exception("NoAppConsistentPoint", item) : ErrorCatalogue.Exception("PointNotFound", name))
            : Labelled(item, points);
    }

    private bool Fits(RecoveryPoint point) => Is(LatestProcessed)
        || (Is(LatestAppConsistent) && point.Consistency == PointConsistency.AppConsistent)
        || (Is(LatestCrashConsistent) && point.Consistency == PointConsistency.CrashConsistent);

    // In the order of the list: clocks may have been set back between two points.
    private static Guid NewestUntil(DateTimeOffset moment, string item, IReadOnlyList<RecoveryPoint> points) =>
        points.LastOrDefault(point => point.TimeUtc <= moment)?.Id ?? throw (points.Count == 0
            ? ErrorCatalogue.Exception("NoRecoveryPoint", item)
            : ErrorCatalogue.Exception("NoPointSoOld", item, Words.Time(moment), Words.Time(points[0].TimeUtc)));

    // Of several points with one label none may simply be the newest.
    private Guid Labelled(string item, IEnumerable<RecoveryPoint> points) => points.Where(point => Is(point.Label)).ToArray() switch
    {
        [] => throw ErrorCatalogue.Exception("PointNotFound", name),
        [var only] => only.Id,
        var several => throw ErrorCatalogue.Exception("PointAmbiguous", item, several.Length, name, string.Join(", ", several.Select(point => point.Id))),
    };

    private bool Is(string word) => string.Equals(name, word, StringComparison.OrdinalIgnoreCase);
}
