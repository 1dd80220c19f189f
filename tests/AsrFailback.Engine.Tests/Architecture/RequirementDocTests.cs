namespace AsrFailback.Engine.Tests;

/// <summary>
/// Every requirement is proven by a test or is on the list of those that are not yet, and the document says which. To see
/// it fail: misspell an id of a tag, edit the document, or take a requirement off the list without tagging a test.
/// </summary>
public sealed class RequirementDocTests
{
    private const int MostNotYet = 5;

    private const int MostInPart = 19;

    private const string Update = "ASRFAILBACK_UPDATE_DOCS";

    private const string HowToUpdate = $"{Update}=1 dotnet test -c Release tests/AsrFailback.Engine.Tests --filter RequirementDocTests";

    private static readonly RequirementCatalogue Catalogue = RequirementCatalogue.Read();

    private static readonly IReadOnlyList<RequirementTag> Tags = RequirementTag.ReadAll();

    private static readonly HashSet<string> Proven = [.. Tags.Where(tag => tag.Test is not null).Select(tag => tag.Id)];

    [Fact]
    public void The_document_says_what_the_tags_say()
    {
        var path = Path.Combine(RepositoryFolder.Root, RequirementDocument.File);
        var text = RequirementDocument.Write(Catalogue, Tags);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, text);
        }

        var same = File.Exists(path) && File.ReadAllText(path) == text;

        Assert.True(same, $"{RequirementDocument.File} is not what the tags of the tests say. Write it anew: {HowToUpdate}");
    }

    [Fact]
    public void Every_tag_is_on_a_test_and_is_a_requirement() => AssertNone(Mistakes(Tags));

    [Theory]
    [InlineData("A.cs", "[Requirement(\"RP-7\")]", "A.cs:2: RP-7 is no requirement")]
    [InlineData("A.cs", "[Requirement(\"RP-02\")]", "A.cs:2: RP-02 is on no test")]
    [InlineData("A.cs", "[Fact, Requirement(\"RP-02\", \"rp-02\")]\n    public void B() => C();", "A.cs:2: rp-02 is no requirement")]
    [InlineData("A.cs", "[Fact(Skip = \"late\")]\n    [Requirement(\"RP-02\")]\n    public void B() => C();", "A.cs:3: RP-02 is on no test")]
    [InlineData("A.Tests.ps1", "It 'does' -Tag RP-02, 'PR-02' {", "A.Tests.ps1:2: PR-02 is no requirement")]
    [InlineData("A.Tests.ps1", "Invoke-Pester -Tag 'RP-02'", "A.Tests.ps1:2: RP-02 is on no test")]
    public void A_wrong_tag_is_named_by_file_and_line(string file, string text, string mistake) =>
        Assert.Equal([mistake], Mistakes(RequirementTag.Read(file, $"public sealed class A\n    {text}\n")));

    [Theory]
    [InlineData("A.cs", "[Requirement(\"RP-02\")]\npublic sealed class A\n{\n    [Fact]\n    public void B()\n", "A")]
    [InlineData("A.cs", "public class A(int i)\n{\n    [Theory]\n    [Requirement(\"RP-02\")]\n    [InlineData(1)]\n    public async Task B(int j)\n", "A.B")]
    [InlineData("A.Tests.ps1", "Describe 'A' {\n    Context 'B' {\n    }\n\n    It \"C\" -Tag @('RP-02') -ForEach $d {", "A.Tests.ps1: A > C")]
    public void A_tag_belongs_to_its_test(string file, string text, string test) =>
        Assert.Equal(("RP-02", test), RequirementTag.Read(file, text).Select(tag => (tag.Id, tag.Test)).Single());

    [Fact]
    public void Every_requirement_is_proven_or_on_the_list() =>
        AssertNone(Catalogue.All.Where(entry => entry.NotYet is null && !Proven.Contains(entry.Id))
            .Select(entry => $"{entry.Id}: tag the test that proves it, or say in {RequirementCatalogue.File} why there is none (notYet)"));

    [Fact]
    public void What_is_proven_is_not_on_the_list() =>
        AssertNone(Catalogue.All.Where(entry => entry.NotYet is not null && (entry.Partly is not null || Proven.Contains(entry.Id)))
            .Select(entry => $"{entry.Id} is proven by a test: take it off the list (notYet in {RequirementCatalogue.File})"));

    [Fact]
    public void The_list_only_gets_shorter() => Assert.InRange(Catalogue.All.Count(entry => entry.NotYet is not null), 0, MostNotYet);

    [Fact]
    public void What_is_proven_in_part_only_gets_less() => Assert.InRange(Catalogue.All.Count(entry => entry.Partly is not null), 0, MostInPart);

    [Fact]
    public void No_requirement_is_missing_or_there_twice()
    {
        var numbered = new[] { ("TO", 11), ("FO", 12), ("RP", 17), ("MT", 12), ("FB", 8), ("RPL", 4) }
            .SelectMany(group => Enumerable.Range(1, group.Item2).Select(number => $"{group.Item1}-{number:00}"));

        Assert.Equal([.. numbered, "ER-95226", "ER-78052", "ER-78093", "ER-8061", "ER-8038", "ER-Own"], Catalogue.All.Select(entry => entry.Id));
    }

    private static IEnumerable<string> Mistakes(IEnumerable<RequirementTag> tags) =>
        from tag in tags
        let isKnown = Catalogue.All.Any(entry => entry.Id == tag.Id)
        where !isKnown || tag.Test is null
        select $"{tag.File}:{tag.Line}: {tag.Id} is {(isKnown ? "on no test" : "no requirement")}";

    // Assert.Empty would cut the places off.
    private static void AssertNone(IEnumerable<string> mistakes) => Assert.True(!mistakes.Any(), string.Join('\n', mistakes));
}
