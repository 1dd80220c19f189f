using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>The published schemas and the reader say the same.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("site.json", "SiteDocument")]
    [InlineData("machine.json", "MachineDocument")]
    public void The_schema_has_every_property_that_is_read_and_no_other(string file, string document)
    {
        var type = typeof(EmbeddedSite).Assembly.GetType($"AsrFailback.Fabrics.Embedded.{document}", throwOnError: true)!;
        var inSchema = Schema.Of(file).Places().Select(found => $"{found.Place} {TypeOf(found.Rules)}");

        Assert.Equal(PlacesOf(type, "$").Order(StringComparer.Ordinal), inSchema.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_property_of_the_site_schema_is_read_and_kept_when_the_file_is_written()
    {
        var full = Schema.Site.Full();
        using var folder = SiteFolder.Of(full.ToJsonString());

        folder.Open().RemoveProcessServer("none of this name");

        AssertSame(full, folder.Read("site.json"));
    }

    [Fact]
    public void Every_property_of_the_machine_schema_is_read_and_kept_when_the_file_is_written()
    {
        var full = Schema.Machine.Full().With("$.snapshots", 3);
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, full.ToJsonString());

        Assert.Single(folder.Open().Snapshot().Machines);
        folder.Open().MergeSnapshots("web01");

        AssertSame(full.With("$.snapshots", 0), folder.Read("machines/web01.json"));
    }

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void What_the_schema_requires_the_reader_requires_and_nothing_else(string file)
    {
        var full = Schema.Of(file).Full();
        var disagreements = Schema.Of(file).Places().Where(found => IsProperty(found.Place) && found.Place != "$.hosts") // which others name
            .Where(found => found.Required != (Reading.IdOf(Reading.Of(file, full.Without(found.Place).ToJsonString())) == "SiteInvalid"))
            .Select(found => found.Place);

        Claim.None(disagreements);
    }

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void A_value_of_another_type_is_refused_at_its_place(string file) => AssertRefused(file, found => [WrongFor(TypeOf(found))]);

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void A_word_a_number_or_a_path_that_the_schema_refuses_the_reader_refuses(string file) => AssertRefused(file, rules =>
    [
        .. rules["const"] is not null ? [3] : Array.Empty<JsonNode>(),
        .. rules["enum"] is not null ? ["Unheard", ""] : Array.Empty<JsonNode>(),
        .. (long?)rules["minimum"] is { } least ? [least - 1, long.MinValue] : Array.Empty<JsonNode>(),
        .. rules["maximum"] is { } most ? [(decimal)most + 1, JsonNode.Parse("1e300")!] : Array.Empty<JsonNode>(),
        .. rules["multipleOf"] is not null ? [513] : Array.Empty<JsonNode>(),
        .. rules["pattern"] is not null ? ["", "..", "a/../b", "/a", "a//b", "a/", "a\\b", "a\nb"] : Array.Empty<JsonNode>(),
    ]);

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void A_text_longer_than_the_schema_allows_is_refused_at_its_place(string file) =>
        AssertRefused(file, rules => rules["maxLength"] is null ? [] : [new string('x', 1025)]);

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void A_text_as_long_as_the_schema_allows_is_read(string file)
    {
        var full = Schema.Of(file).Full();
        var refused = Schema.Of(file).Places().Where(found => found.Rules["maxLength"] is not null && !IsNamedElsewhere(found.Place))
            .Where(found => Reading.Of(file, full.With(found.Place, new string('x', 1024)).ToJsonString()) is not null);

        Claim.None(refused.Select(found => found.Place));
    }

    [Theory]
    [InlineData("site.json")]
    [InlineData("machine.json")]
    public void A_property_that_the_schema_does_not_know_is_refused_in_every_object(string file)
    {
        var full = Schema.Of(file).Full();
        var objects = Schema.Of(file).Places().Where(found => found.Rules["properties"] is not null).ToArray();
        var accepted = objects.Where(found => Reading.IdOf(Reading.Of(file, full.With($"{found.Place}.colour", "red").ToJsonString())) != "SiteInvalid");

        Claim.None(accepted.Select(found => found.Place));
    }

    // What queries fill in is not in the file: written there it would be silently without effect.
    public static TheoryData<string> FilledIn => Notation.Cases("""
        site.json     $.hosts[0].fabric
        site.json     $.masterTargets[0].fabric
        site.json     $.processServers[0].fabric
        site.json     $.configurationServer.fabric
        site.json     $.configurationServer.vCenter
        site.json     $.configurationServer.machines
        site.json     $.configurationServer.servers
        site.json     $.configurationServer.lastBackupUtc
        machine.json  $.disks[0].datastore
        """);

    [Theory]
    [MemberData(nameof(FilledIn))]
    public void What_queries_fill_in_is_not_known_in_the_file(string line)
    {
        var (file, place) = (Notation.Words(line)[0], Notation.Words(line)[1]);
        Assert.NotEmpty(Schema.Of(file).Faults(Schema.Of(file).Full().With(place, "x")));

        Assert.Equal("SiteInvalid", Reading.IdOf(Reading.Of(file, Schema.Of(file).Full().With(place, "x").ToJsonString())));
    }

    [Theory]
    [InlineData(FabricKind.VMware)]
    [InlineData(FabricKind.Azure)]
    [InlineData(FabricKind.AzureVMwareSolution)]
    [InlineData(FabricKind.Physical)]
    [InlineData(FabricKind.HyperV)]
    [InlineData(FabricKind.Vmm)]
    public void The_template_of_every_kind_follows_the_schema_and_so_do_its_machines(FabricKind kind)
    {
        using var folder = new SiteFolder();
        SiteTemplate.CreateIfMissing(folder.Files, folder.Root, kind);
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        site.AddTestMachine(SiteFolder.Web01 with { Name = "web01-test" }, null);

        Claim.None(Schema.Site.Faults(Parse(folder.Read("site.json"))));
        Claim.None(Schema.Machine.Faults(Parse(folder.Read("machines/web01.json"))));
        Claim.None(Schema.Machine.Faults(Parse(folder.Read("machines/web01-test.json"))));
        Assert.Equal((kind, kind, 2), (site.Kind, site.Snapshot().Kind, site.Snapshot().Machines.Count));
    }

    [Fact]
    public void The_kinds_in_the_schema_are_those_of_the_code() =>
        Assert.Equal(Enum.GetNames<FabricKind>(), Schema.Site.Places().First(found => found.Place == "$.kind").Rules["enum"]!.AsArray().Select(word => (string)word!));

    private static void AssertRefused(string file, Func<JsonObject, JsonNode[]> wrong)
    {
        var full = Schema.Of(file).Full();
        var cases = Schema.Of(file).Places().Where(found => found.Place != "$").SelectMany(found => wrong(found.Rules).Select(value => (found.Place, Value: value))).ToArray();
        Assert.NotEmpty(cases);
        Assert.All(cases, found => Assert.NotEmpty(Schema.Of(file).Faults(full.With(found.Place, found.Value.DeepClone()))));

        Claim.None(cases.Select(found => Disagreement(file, full, found.Place, found.Value)).OfType<string>());
    }

    private static string? Disagreement(string file, JsonObject full, string place, JsonNode value)
    {
        var shown = value.ToJsonString() is { Length: > 40 } text ? text[..40] : value.ToJsonString();
        return Reading.Of(file, full.With(place, value.DeepClone()).ToJsonString()) switch
        {
            null => $"{place} = {shown} was read",
            AsrException { Error: { Id: "SiteInvalid" or "PathOutsideSite" } error } when error.Message.Contains(place, StringComparison.Ordinal) => null,
            var other => $"{place} = {shown}: {other.Message}",
        };
    }

    private static void AssertSame(JsonObject expected, string text) =>
        Assert.True(JsonNode.DeepEquals(expected, Parse(text)), $"expected {expected.ToJsonString()}\nbut was  {text}");

    private static JsonNode? Parse(string text) => JsonNode.Parse(text);

    private static bool IsProperty(string place) => place != "$" && !place.EndsWith(']') && !place.EndsWith(".x", StringComparison.Ordinal);

    // Datastores and master targets name a host.
    private static bool IsNamedElsewhere(string place) =>
        place is "$.hosts[0].name" or "$.masterTargets[0].host" || place.StartsWith("$.datastores[0].hosts", StringComparison.Ordinal)
        || place.StartsWith("$.datastores[0].readOnlyHosts", StringComparison.Ordinal);

    private static JsonNode WrongFor(string type) => type switch { "string" => 5, "object" or "array" => 5, _ => "x" };

    private static string TypeOf(JsonObject rules) => (string?)rules["type"] ?? (rules["enum"] is not null ? "string" : "integer");

    private static IEnumerable<string> PlacesOf(Type type, string place)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return [$"{place} object", .. PlacesOf(type.GenericTypeArguments[1], place + ".x")];
        }

        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            return [$"{place} array", .. PlacesOf(type.GenericTypeArguments[0], place + "[0]")];
        }

        return type switch
        {
            _ when type == typeof(bool) => [$"{place} boolean"],
            _ when type == typeof(int) || type == typeof(long) => [$"{place} integer"],
            _ when type == typeof(double) => [$"{place} number"],
            _ when type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset) || type.IsEnum => [$"{place} string"],
            _ => [$"{place} object", .. Stored(type).SelectMany(property => PlacesOf(property.PropertyType, $"{place}.{NameOf(property)}"))],
        };
    }

    private static IEnumerable<PropertyInfo> Stored(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    private static string NameOf(PropertyInfo property) => property.Name == "Schema" ? "$schema" : JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
