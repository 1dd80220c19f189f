using System.Globalization;
using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Tests;

/// <summary>The error catalogue and the source that uses it agree; both languages say the same.</summary>
public sealed class ErrorCatalogueTests
{
    // Codes the service was seen to use, or documents.
    private static readonly string[] ServiceNumbers = ["95226", "78052", "78093", "8061", "8038", "161011", "28031", "28092", "28175", "70038", "170010"];

    [Fact]
    public void Ids_are_unique_in_both_languages()
    {
        Assert.Equal(CatalogueText.English.Count, CatalogueText.English.Select(CatalogueText.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(CatalogueText.Korean.Count, CatalogueText.Korean.Select(CatalogueText.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Both_languages_have_the_same_ids() =>
        Assert.Equal(
            CatalogueText.English.Select(CatalogueText.Id).Order(StringComparer.Ordinal), CatalogueText.Korean.Select(CatalogueText.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_have_the_same_placeholders()
    {
        var korean = CatalogueText.Korean.ToDictionary(CatalogueText.Id);
        var different = CatalogueText.English.Where(entry =>
            korean.TryGetValue(CatalogueText.Id(entry), out var other) && !CatalogueText.Placeholders(entry).SequenceEqual(CatalogueText.Placeholders(other)));

        Assert.Empty(different.Select(CatalogueText.Id));
    }

    [Fact]
    public void Placeholders_count_from_zero_without_a_gap() =>
        Assert.Empty(CatalogueText.English.Where(entry => CatalogueText.Placeholders(entry).Where((number, index) => number != index).Any()).Select(CatalogueText.Id));

    [Fact]
    [Requirement("ER-Own")]
    public void Every_entry_says_what_why_and_what_to_do() =>
        Assert.All(
            CatalogueText.English.Concat(CatalogueText.Korean),
            entry => Assert.All(new[] { "message", "causes", "action" }, field => Assert.True(
                CatalogueText.Field(entry, field).Length > 5, $"{CatalogueText.Id(entry)} has no {field}")));

    [Fact]
    public void Every_Korean_entry_is_in_Korean() =>
        Assert.Empty(CatalogueText.Korean.Where(entry => !CatalogueText.Field(entry, "causes").Any(letter => letter is >= '\uac00' and <= '\ud7a3')).Select(CatalogueText.Id));

    [Fact]
    public void Every_id_the_source_asks_for_exists()
    {
        var uses = SourceScan.Uses();

        Assert.True(uses.Count > 180, $"the scan found only {uses.Count} uses: it no longer understands the source");
        Assert.Empty(uses.Where(use => !ErrorCatalogue.Ids.Contains(use.Id)).Select(use => $"{use.Place}: {use.Id}"));
    }

    [Fact]
    public void The_errors_of_the_checks_are_among_the_uses() =>
        Assert.Empty(new[] { "DiskEnableUuid", "AgentNotRegistered", "ConnectionSlow", "DirectionMismatch" }
            .Except(SourceScan.Uses().Where(use => use.Arguments > 0).Select(use => use.Id)));

    [Fact]
    public void Every_use_passes_as_many_arguments_as_the_text_has_placeholders()
    {
        var needed = CatalogueText.English.ToDictionary(CatalogueText.Id, entry => CatalogueText.Placeholders(entry).Count);

        Assert.Empty(SourceScan.Uses()
            .Where(use => use.Arguments is { } count && needed.TryGetValue(use.Id, out var wanted) && count < wanted)
            .Select(use => $"{use.Place}: {use.Id} needs {needed[use.Id]} arguments"));
    }

    [Fact]
    public void No_id_is_unused() => Assert.All(ErrorCatalogue.Ids, id => Assert.True(SourceScan.Mentions(id), $"{id} is used nowhere"));

    [Theory]
    [Requirement("ER-95226", "ER-78052", "ER-78093", "ER-8061", "ER-8038")]
    [InlineData("ConfigurationServerUnreachable", "95226")]
    [InlineData("NameClash", "78052")]
    [InlineData("MachineNotRunning", "78093")]
    [InlineData("DatastoreNotAccessible", "8061")]
    [InlineData("HostMemory", "8038")]
    [InlineData("NoTestFailover", "161011")]
    [InlineData("AzureQuotaUsedUp", "28031")]
    [InlineData("AddressTaken", "28092")]
    [InlineData("MachineRenamed", "28175")]
    [InlineData("NetworkNotFound", "70038")]
    [InlineData("HydrationFails", "170010")]
    public void Errors_of_the_service_have_its_codes(string id, string code) => Assert.Equal(code, Full(id).Code);

    [Fact]
    [Requirement("ER-Own")]
    public void No_number_is_invented_beside_the_service_s()
    {
        var numbers = ErrorCatalogue.Ids.Select(id => Full(id).Code).Where(code => code.All(char.IsAsciiDigit));

        Assert.Empty(numbers.Except(ServiceNumbers));
        Assert.Equal(numbers.Count(), numbers.Distinct().Count());
    }

    [Theory]
    [InlineData("ko", "한")]
    [InlineData("ko-KR", "한")]
    [InlineData("en-US", "cannot be reached")]
    [InlineData("de-DE", "cannot be reached")]
    [InlineData("", "cannot be reached")]
    public void The_culture_decides_the_language_and_English_is_the_fallback(string culture, string expected)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            var error = ErrorCatalogue.Error("SiteUnreachable", "azure");

            Assert.Contains("azure", error.Message, StringComparison.Ordinal);
            Assert.Equal(expected == "한", error.Message.Any(letter => letter is >= '\uac00' and <= '\ud7a3'));
            Assert.Equal(expected != "한", error.Message.Contains("cannot be reached", StringComparison.Ordinal));
            Assert.True(error.Temporary);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void Every_error_can_be_told_in_both_languages()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ko-KR");
            Assert.All(ErrorCatalogue.Ids, id => Assert.DoesNotContain("{", Full(id).Message, StringComparison.Ordinal));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }

        Assert.All(ErrorCatalogue.Ids, id => Assert.DoesNotContain("{", Full(id).ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Arguments_are_told_as_given_even_with_braces() =>
        Assert.Contains("a{0}b", ErrorCatalogue.Error("FabricNotFound", "a{0}b").Message, StringComparison.Ordinal);

    private static AsrError Full(string id) => ErrorCatalogue.Error(id, "a", "b", "c", "d", "e", "f");
}
