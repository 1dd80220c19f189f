using System.Text.RegularExpressions;

namespace AsrFailback.Core.Tests;

/// <summary>Where the source asks for an error of the catalogue.</summary>
/// <param name="Place">File and line.</param>
/// <param name="Id">The error's id.</param>
/// <param name="Arguments">Number of arguments passed; null when they are not written out at that place.</param>
internal sealed record ErrorUse(string Place, string Id, int? Arguments);

/// <summary>Reads the source text and finds the errors it asks for by a literal id.</summary>
internal static partial class SourceScan
{
    private static readonly Lazy<IReadOnlyList<(string Path, string Text)>> Sources = new(() =>
        [.. Directory.EnumerateFiles(RepositoryFolder.Source, "*.cs", SearchOption.AllDirectories)
            .Where(path => !BuildOutput().IsMatch(path)).Select(path => (path, File.ReadAllText(path)))]);

    /// <summary>Every use of an id.</summary>
    public static IReadOnlyList<ErrorUse> Uses() =>
        [.. Sources.Value.SelectMany(source => CatalogueCalls(source).Concat(CheckResults(source)).Concat(Outcomes(source)).Concat(Choices(source)))];

    /// <summary>Whether a literal is anywhere in the source, other than as the id of a check.</summary>
    public static bool Mentions(string id)
    {
        var literal = new Regex($@"(?<!(\bnew|\bOf|\bResult)\(\s*)""{id}""");
        return Sources.Value.Any(source => source.Text.Contains($"\"{id}\"", StringComparison.Ordinal) && literal.IsMatch(source.Text));
    }

    // ErrorCatalogue.Error("Id", …), .Exception("Id", …), .Caused(cause, "Id", …)
    private static IEnumerable<ErrorUse> CatalogueCalls((string Path, string Text) source) =>
        from call in CatalogueCall().Matches(source.Text)
        let arguments = Arguments(source.Text, call.Index + call.Length)
        let first = call.Groups["how"].Value == "Caused" ? 1 : 0
        where arguments.Count > first && Literal(arguments[first]) is not null
        select new ErrorUse(Place(source, call.Index), Literal(arguments[first])!, Count(arguments, first));

    // Result(check, requirement, passed, "Id", …)
    private static IEnumerable<ErrorUse> CheckResults((string Path, string Text) source) =>
        from call in ResultCall().Matches(source.Text)
        let arguments = Arguments(source.Text, call.Index + call.Length)
        where arguments.Count > 3 && Literal(arguments[3]) is not null
        select new ErrorUse(Place(source, call.Index), Literal(arguments[3])!, Count(arguments, 3));

    // Outcome.Needs(holds, seen, "Id", …), Outcome.Warns(holds, seen, "Id", …)
    private static IEnumerable<ErrorUse> Outcomes((string Path, string Text) source) =>
        from call in OutcomeCall().Matches(source.Text)
        let arguments = Arguments(source.Text, call.Index + call.Length)
        where arguments.Count > 2 && Literal(arguments[2]) is not null
        select new ErrorUse(Place(source, call.Index), Literal(arguments[2])!, Count(arguments, 2));

    // … => "Id", inside a method whose name says that it chooses an id
    private static IEnumerable<ErrorUse> Choices((string Path, string Text) source) =>
        from method in ChoosingMethod().Matches(source.Text)
        from arm in Arm().Matches(method.Value)
        select new ErrorUse(Place(source, method.Index), arm.Groups["id"].Value, null);

    private static string? Literal(string argument) => argument.StartsWith('"') && argument.EndsWith('"') ? argument[1..^1] : null;

    private static int? Count(List<string> arguments, int first) =>
        arguments.Skip(first + 1).Any(one => one.Contains("..", StringComparison.Ordinal)) ? null : arguments.Count - first - 1;

    private static string Place((string Path, string Text) source, int index) =>
        $"{Path.GetRelativePath(RepositoryFolder.Root, source.Path)}:{source.Text.AsSpan(0, index).Count('\n') + 1}";

    // Splits the text after an opening parenthesis into its arguments.
    private static List<string> Arguments(string text, int start)
    {
        var arguments = new List<string>();
        var (depth, quoted, from) = (0, false, start);
        for (var index = start; index < text.Length; index++)
        {
            var letter = text[index];
            quoted ^= letter == '"' && text[index - 1] != '\\';
            depth += quoted ? 0 : letter is '(' or '[' or '{' ? 1 : letter is ')' or ']' or '}' ? -1 : 0;
            if (depth < 0 || (depth == 0 && !quoted && letter == ','))
            {
                arguments.Add(text[from..index].Trim());
                from = index + 1;
            }

            if (depth < 0)
            {
                break;
            }
        }

        return arguments;
    }

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"ErrorCatalogue\.(?<how>Error|Exception|Caused)\(")]
    private static partial Regex CatalogueCall();

    [GeneratedRegex(@"\bOutcome\.(Needs|Warns)\(")]
    private static partial Regex OutcomeCall();

    [GeneratedRegex(@"(?<![\w.])Result\(")]
    private static partial Regex ResultCall();

    [GeneratedRegex(@"string ErrorIdOf\(.*?\};", RegexOptions.Singleline)]
    private static partial Regex ChoosingMethod();

    [GeneratedRegex("=> \"(?<id>[A-Za-z]+)\"")]
    private static partial Regex Arm();
}
