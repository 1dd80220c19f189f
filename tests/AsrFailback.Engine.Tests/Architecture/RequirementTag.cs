using System.Text.RegularExpressions;

namespace AsrFailback.Engine.Tests;

/// <summary>A requirement that a test says it proves, read from the text of the test.</summary>
/// <param name="Id">The requirement, as it was written.</param>
/// <param name="File">Relative to the repository, with slashes.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Test">Name of the test, or of the class whose tests all prove it; null when the tag is on neither.</param>
internal sealed partial record RequirementTag(string Id, string File, int Line, string? Test)
{
    // An attribute is one of a list in brackets that begins its line.
    private const string InBrackets = @"(?<=^[ \t]*\[(\w+(\([^)\n]*\))?, *)*)";

    /// <summary>The tags of all tests, in the order of their files.</summary>
    public static IReadOnlyList<RequirementTag> ReadAll() =>
    [
        .. SourceTree.TestFiles(".cs", ".ps1").Select(file => (Path: file.Path.Replace('\\', '/'), file.Text))
            .OrderBy(file => file.Path, StringComparer.Ordinal).SelectMany(file => Read(file.Path, file.Text)),
    ];

    /// <summary>The tags of one file of xunit or Pester tests.</summary>
    public static IEnumerable<RequirementTag> Read(string file, string text) =>
        file.EndsWith(".cs", StringComparison.Ordinal) ? ReadCSharp(file, text) : ReadPester(file, text);

    private static IEnumerable<RequirementTag> ReadCSharp(string file, string text)
    {
        var waiting = new List<RequirementTag>();
        var (type, isTest) = ("", false);
        foreach (Match match in CSharp().Matches(text))
        {
            isTest |= match.Groups["test"].Success;
            waiting.AddRange(Ids(match).Select(id => new RequirementTag(id, file, LineAt(text, match.Index), null)));
            type = match.Groups["type"].Success ? match.Groups["type"].Value : type;
            if (match.Groups["member"] is { Success: true } member)
            {
                var test = member.Value == type ? type : isTest ? $"{type}.{member.Value}" : null;
                foreach (var tag in waiting)
                {
                    yield return tag with { Test = test };
                }

                waiting.Clear();
                isTest = false;
            }
        }

        foreach (var tag in waiting)
        {
            yield return tag;
        }
    }

    // Blocks lie in the blocks that are indented less.
    private static IEnumerable<RequirementTag> ReadPester(string file, string text)
    {
        var path = new List<(int Indent, string Name)>();
        foreach (var (line, number) in text.Split('\n').Select((line, index) => (line, index + 1)))
        {
            var block = Block().Match(line);
            if (block.Success)
            {
                path.RemoveAll(outer => outer.Indent >= block.Groups["indent"].Length);
                path.Add((block.Groups["indent"].Length, block.Groups["name"].Value));
            }

            var test = block.Success ? $"{Path.GetFileName(file)}: {string.Join(" > ", path.Select(outer => outer.Name))}" : null;
            foreach (var id in Ids(PesterTag().Match(line)))
            {
                yield return new RequirementTag(id, file, number, test);
            }
        }
    }

    private static IEnumerable<string> Ids(Match match) =>
        match.Groups["ids"].Success ? match.Groups["ids"].Value.Split(',').Select(id => id.Trim([.. " \t\r\n'\"@()"])) : [];

    private static int LineAt(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(
        InBrackets + @"Requirement\((?<ids>[^)]*)\)|" + InBrackets + @"\w*(?<test>Fact|Theory)\b(?!\(Skip)|" +
        @"^public [\w ]*\bclass (?<type>(?<member>\w+))|^[ \t]+public [^(=;{""\n]*?\b(?<member>\w+)\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"^(?<indent>[ \t]*)(Describe|Context|It)[ \t]+('(?<name>([^']|'')*)'|""(?<name>[^""]*)"")", RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s-Tag\s+(?<ids>.*?)(?=\s+-\w|\s*\{|\s*$)", RegexOptions.ExplicitCapture)]
    private static partial Regex PesterTag();
}
