using System.Text.RegularExpressions;

namespace AsrFailback.Engine.Tests;

/// <summary>What is not left lying in the source.</summary>
public sealed partial class SourceTidyTests
{
    private const int MaxLines = 450;

    [Fact]
    public void No_work_is_left_behind_as_a_word_in_the_source() => Assert.Empty(Places(LeftOver()));

    [Fact]
    public void No_file_is_too_long_to_be_read() =>
        Assert.DoesNotContain(SourceTree.Files(".cs").Select(file => (file.Path, Lines: file.Text.Count(letter => letter == '\n'))), file => file.Lines > MaxLines);

    [Fact]
    public void Every_file_ends_its_lines_alike_and_its_last_one_too() =>
        Assert.Empty(SourceTree.Files(".cs", ".csproj", ".json")
            .Where(file => file.Text.Contains('\r', StringComparison.Ordinal) || !file.Text.EndsWith('\n')).Select(file => file.Path));

    [Fact]
    public void No_file_names_a_place_of_one_machine() => Assert.Empty(Places(MachinePath()));

    [Fact]
    public void The_rules_are_applied_to_a_whole_source_tree() => Assert.True(SourceTree.Files(".cs").Count() > 80);

    private static IEnumerable<string> Places(Regex word) =>
        from file in SourceTree.Files(".cs", ".csproj", ".json")
        from match in word.Matches(file.Text)
        select $"{file.Path}:{file.Text.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value}";

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftOver();

    [GeneratedRegex("(/home/|/root/|/work/|[A-Z]:\\\\\\\\Users)")]
    private static partial Regex MachinePath();
}
