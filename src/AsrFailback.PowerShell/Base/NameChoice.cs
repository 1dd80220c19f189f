using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Names a user asked for, with wildcards; a plain name that nothing has is an error, a pattern is not.</summary>
/// <param name="names">What was asked for.</param>
/// <param name="missingId">The error of a name that is not there; its first argument is the name.</param>
/// <param name="arguments">Its further arguments.</param>
internal sealed class NameChoice(string[] names, string missingId, params object[] arguments)
{
    private readonly WildcardPattern[] _patterns = [.. names.Select(Pattern)];
    private readonly HashSet<string> _plain = names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name)).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names themselves when no pattern is among them, so that they can be looked up; else null.</summary>
    public IReadOnlyList<string>? Exact { get; } = names.Any(name => name.Contains('`', StringComparison.Ordinal) || WildcardPattern.ContainsWildcardCharacters(name))
        ? null
        : [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether a name was asked for.</summary>
    public bool Takes(string name)
    {
        _plain.Remove(name);
        return _patterns.Any(pattern => pattern.IsMatch(name));
    }

    /// <summary>An error for every plain name that was not met.</summary>
    public IEnumerable<(string Name, AsrError Error)> Missing() => _plain.Select(name => (name, ErrorCatalogue.Error(missingId, [name, .. arguments])));

    // Names are compared as the file system and the state do, not as the reader's language does.
    private static WildcardPattern Pattern(string name)
    {
        try
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException mistake)
        {
            throw ErrorCatalogue.Caused(mistake, "ArgumentInvalid", "Name", mistake.Message);
        }
    }
}
