using static System.FormattableString;

namespace AsrFailback.Engine.Tests;

/// <summary>The text of <c>docs/requirements.md</c>.</summary>
internal static class RequirementDocument
{
    public const string File = "docs/requirements.md";

    private const int MostTests = 6;

    public static string Write(RequirementCatalogue catalogue, IReadOnlyList<RequirementTag> tags)
    {
        var tests = tags.Where(tag => tag.Test is not null).DistinctBy(tag => (tag.Id, tag.File, tag.Test)).ToLookup(tag => tag.Id);
        IEnumerable<string> lines =
        [
            "# Requirements",
            "",
            "Which tests fail when a requirement is broken. The requirements are the behaviour of Azure Site Recovery that is re-created here.",
            "A class without a method stands for all its tests. This file is made from the tags of the tests and from",
            $"[`{Path.GetFileName(RequirementCatalogue.File)}`](../{RequirementCatalogue.File}); `RequirementDocTests` compares and writes it.",
            "",
            Summary(catalogue),
            .. catalogue.Groups.SelectMany(group => Group(group, tests)),
            .. List("Proven in part", "still missing", catalogue.All, entry => entry.Partly),
            .. List("Not yet", "why", catalogue.All, entry => entry.NotYet),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static string Summary(RequirementCatalogue catalogue)
    {
        var all = catalogue.All.Count;
        var partly = catalogue.All.Count(entry => entry.Partly is not null);
        var notYet = catalogue.All.Count(entry => entry.NotYet is not null);
        return Invariant(
            $"{all} requirements: {all - partly - notYet} proven, {partly} [proven in part](#proven-in-part), {notYet} [not yet](#not-yet).");
    }

    private static IEnumerable<string> Group(RequirementGroup group, ILookup<string, RequirementTag> tests) =>
    [
        "", $"## {group.Name}", "| id | requirement | proven by |", "|---|---|---|",
        .. group.Requirements.Select(entry => $"| {entry.Id} | {entry.Title} | {ProvenBy(entry, [.. tests[entry.Id]])} |"),
    ];

    private static string ProvenBy(RequirementEntry entry, RequirementTag[] tests)
    {
        string[] notYet = entry.NotYet is null ? [] : ["[not yet](#not-yet)"];
        string[] more = tests.Length > MostTests ? [Invariant($"and {tests.Length - MostTests} more")] : [];
        return string.Join("<br>", [.. notYet, .. tests.Take(MostTests).Select(tag => $"[`{tag.Test}`](../{tag.File})"), .. more]);
    }

    private static IEnumerable<string> List(
        string title, string column, IReadOnlyList<RequirementEntry> entries, Func<RequirementEntry, string?> text) =>
    [
        "", $"## {title}", $"| id | {column} |", "|---|---|",
        .. entries.Where(entry => text(entry) is not null).Select(entry => $"| {entry.Id} | {text(entry)} |"),
    ];
}
