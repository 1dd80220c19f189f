using System.Globalization;
using System.Text.RegularExpressions;
using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Protection;

/// <summary>A moment as a user names it: ISO 8601 with its time zone, as all our own times are written. Pure.</summary>
public static partial class PointTime
{
    /// <summary>Whether a text is meant as a moment, well written or not.</summary>
    public static bool IsMeant(string text) => Moment().IsMatch(text);

    /// <summary>The moment.</summary>
    /// <exception cref="AsrException"><c>PointTimeUnclear</c>: no time zone, or no day and time of the calendar.</exception>
    public static DateTimeOffset Read(string text) =>
        Moment().Match(text).Groups["zone"].Success && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment
            : throw ErrorCatalogue.Exception("PointTimeUnclear", text);

    /// <summary>A value as a user may name a point: moments keep their time zone, and a time without one stays without.</summary>
    public static string TextOf(IFormattable value) => value is DateTime or DateTimeOffset
        ? value.ToString("o", CultureInfo.InvariantCulture)
        : value.ToString(null, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(?<zone> ?([Zz]|[+-]\d{2}:\d{2}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();
}
