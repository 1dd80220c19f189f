using System.Globalization;
using System.Text.Json;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>The words of the checks and the table of checks agree; both languages say the same.</summary>
public sealed class CheckCatalogueTests
{
    private static readonly Dictionary<string, string> English = Read("checks.json"), Korean = Read("checks.ko.json");

    private static readonly IEnumerable<string> Ids = ReadinessRules.All.Select(check => check.Id).Distinct();

    [Fact]
    public void Both_languages_have_exactly_the_checks_of_the_table()
    {
        Assert.Equal(Ids.Order(StringComparer.Ordinal), English.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Ids.Order(StringComparer.Ordinal), Korean.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_reason_is_a_sentence_in_its_language()
    {
        Assert.All(English, text => Assert.Matches(@"^[A-Z][ -~]{10,}\.$", text.Value));
        Assert.All(Korean, text => Assert.True(text.Value.Any(letter => letter is >= '\uac00' and <= '\ud7a3') && text.Value.EndsWith('.'), text.Key));
    }

    [Theory]
    [InlineData("ko-KR")]
    [InlineData("ko")]
    public void A_Korean_reader_is_told_in_Korean(string culture) =>
        Assert.All(Ids, id => Assert.Equal(Korean[id], In(culture, () => CheckCatalogue.Why(id))));

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    [InlineData("")]
    public void Everybody_else_is_told_in_English(string culture) =>
        Assert.All(Ids, id => Assert.Equal(English[id], In(culture, () => CheckCatalogue.Why(id))));

    [Fact]
    public void A_check_without_words_has_none() => Assert.Equal("", CheckCatalogue.Why("Nonsense"));

    [Fact]
    public void The_checks_of_an_operation_have_ids_of_their_own() => Assert.All(Enum.GetValues<ProtectionOperation>(), operation =>
    {
        var ids = ReadinessRules.All.Where(check => check.Operations.Contains(operation)).Select(check => check.Id).ToArray();
        Assert.Equal(ids, ids.Distinct(StringComparer.OrdinalIgnoreCase));
    });

    private static string In(string culture, Func<string> tell)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            return tell();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    // A key that is there twice throws.
    private static Dictionary<string, string> Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RepositoryFolder.Source, "AsrFailback.Core", "Readiness", file)));
        return document.RootElement.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!);
    }
}
