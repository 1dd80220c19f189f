using System.Text.Json;

namespace AsrFailback.Engine.Tests;

/// <summary>Every requirement there is, as <c>requirements.json</c> has it.</summary>
internal sealed record RequirementCatalogue(IReadOnlyList<RequirementGroup> Groups)
{
    public const string File = "tests/AsrFailback.Engine.Tests/Architecture/requirements.json";

    public IReadOnlyList<RequirementEntry> All => [.. Groups.SelectMany(group => group.Requirements)];

    public static RequirementCatalogue Read() => JsonSerializer.Deserialize<RequirementCatalogue>(
        System.IO.File.ReadAllText(Path.Combine(RepositoryFolder.Root, File)), JsonSerializerOptions.Web)!;
}

/// <summary>Requirements that belong together.</summary>
internal sealed record RequirementGroup(string Name, IReadOnlyList<RequirementEntry> Requirements);

/// <summary>One requirement.</summary>
/// <param name="Id">What the tests are tagged with.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Partly">Which of its parts is missing while its core is proven; null when none is.</param>
/// <param name="NotYet">Why no test proves it; null when one does.</param>
internal sealed record RequirementEntry(string Id, string Title, string? Partly, string? NotYet);
