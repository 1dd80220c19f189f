namespace AsrFailback.Core.Readiness;

/// <summary>Several reasons of one check as one finding, so that whoever mends the first learns of the others too (invariant 7).</summary>
internal static class AllReasons
{
    /// <summary>The one reason, or one that says all of them under the first one's id; null when there is none.</summary>
    public static AsrError? Of(IEnumerable<AsrError?> reasons) => reasons.OfType<AsrError>()
        .SelectMany(reason => reason.Reasons.Count > 0 ? reason.Reasons : [reason]).DistinctBy(reason => reason.Message).ToArray() switch
    {
        [] => null,
        [var only] => only,
        var all => all[0] with
        {
            Message = Join(all, reason => reason.Message),
            PossibleCauses = Join(all, reason => reason.PossibleCauses),
            RecommendedAction = Join(all, reason => reason.RecommendedAction),
            Reasons = all,
        },
    };

    private static string Join(AsrError[] all, Func<AsrError, string> text) => string.Join(' ', all.Select(text).Distinct());
}
