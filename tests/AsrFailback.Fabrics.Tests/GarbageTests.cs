using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Inventories that nobody would write on purpose are refused in the words of the file, and quickly.</summary>
public sealed class GarbageTests
{
    public static TheoryData<string> Files => ["site.json", "machine.json"];

    // Every line is wrong in its own way and nothing but a SiteInvalid with a place will do.
    public static TheoryData<string> Texts => Notation.Cases("""
        empty                        |
        a word                       | site
        a number                     | 1
        a text                       | "site"
        a list                       | [ { } ]
        an empty object              | { }
        a comment alone              | // nothing
        two documents                | { } { }
        not closed                   | { "version": 1
        a name without a value       | { "version" }
        a bare point                 | { "version": .5 }
        not a number                 | { "version": NaN }
        endless                      | { "version": -Infinity }
        a hexadecimal number         | { "version": 0x1 }
        single quotes                | { 'version': 1 }
        a name twice                 | { "version": 1, "version": 1 }
        a half character             | { "version": 1, "host": "\ud800", "vCenter": "\udfff" }
        a half character as a name   | { "\ud800": 1 }
        """);

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_that_is_no_inventory_is_refused(string line)
    {
        foreach (var file in (string[])["site.json", "machine.json"])
        {
            AssertRefused(file, Encoding.UTF8.GetBytes(Notation.Columns(line)[1]));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Bytes_that_are_no_text_are_refused(string file)
    {
        var text = Rich.Of(file);
        AssertRefused(file, new byte[100]);
        AssertRefused(file, Encoding.Unicode.GetBytes(text));
        AssertRefused(file, Encoding.UTF8.GetBytes(text)[..^40]);
    }

    // where the byte 0xFF stands
    [Theory]
    [InlineData("site.json", "\"vCenter\": \"vcenter01\"", "\"vCenter\": \"?\"")]
    [InlineData("site.json", "\"cacheFolder\": \"cache\"", "\"cacheFolder\": \"?\"")]
    [InlineData("site.json", "\"cacheFolder\"", "\"?\"")]
    [InlineData("site.json", "\"/boot\"", "\"?\"")]
    [InlineData("machine.json", "\"host\": \"esxi01\"", "\"host\": \"?\"")]
    [InlineData("machine.json", "\"network\"", "\"?\"")]
    public void A_byte_that_is_no_character_is_refused(string file, string old, string with)
    {
        Assert.Contains(old, Rich.Of(file), StringComparison.Ordinal);
        var text = Rich.Of(file).Replace(old, with.Replace('?', '\u00ff'), StringComparison.Ordinal);
        AssertRefused(file, Encoding.Latin1.GetBytes(text));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_byte_order_mark_is_read_over_or_refused_by_name(string file) =>
        AssertReadOrRefused(file, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Rich.Of(file))]);

    [Theory]
    [InlineData("site.json", "\"kind\": \"VMware\"", "$.kind")]
    [InlineData("machine.json", "\"operatingSystem\": \"Windows\"", "$.operatingSystem")]
    public void Of_two_properties_of_one_name_no_wrong_one_is_taken_silently(string file, string property, string place)
    {
        var wrong = $"{property.Split(':')[0]}: \"Unheard\"";
        AssertRefused(file, Encoding.UTF8.GetBytes(Rich.Of(file).Replace(property, $"{property}, {wrong}", StringComparison.Ordinal)), place);
    }

    // The first is wrong inside, the second of another shape: the place of the fault is not in the second.
    [Theory]
    [InlineData("site.json", "\"connection\": { \"kind\": 5 }, \"connection\": \"x\"")]
    [InlineData("machine.json", "\"guest\": { \"answers\": 5 }, \"guest\": \"x\"")]
    [InlineData("machine.json", "\"guest\": { \"answers\": 5 }, \"guest\": { }")]
    [InlineData("machine.json", "\"disks\": [ { \"name\": 5 } ], \"disks\": []")]
    public void A_fault_in_the_first_of_two_properties_is_told(string file, string end) =>
        AssertRefused(file, Encoding.UTF8.GetBytes($"{Rich.Of(file).TrimEnd()[..^1]}, {end} }}"));

    [Theory]
    [InlineData("/var/lib.d")]
    [InlineData("a.b[0]")]
    [InlineData("it's")]
    [InlineData("")]
    public void A_fault_under_a_name_with_points_is_told(string mount) =>
        AssertRefused("site.json", Encoding.UTF8.GetBytes(Rich.Site.Replace("\"/boot\": \"ext4\"", $"\"{mount}\": 5", StringComparison.Ordinal)), "mounts");

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_nested_deeply_is_refused(string file)
    {
        foreach (var depth in (int[])[60, 64, 65, 1000, 1_000_000])
        {
            AssertRefused(file, Encoding.UTF8.GetBytes($"{{ \"version\": {new string('[', depth)}{new string(']', depth)} }}"));
            AssertRefused(file, Encoding.UTF8.GetBytes(new string('[', depth)));
        }
    }

    [Theory]
    [InlineData("site.json", "cacheFolder")]
    [InlineData("site.json", "vCenter")]
    [InlineData("machine.json", "host")]
    [InlineData("machine.json", "network")]
    public void A_text_of_ten_million_characters_is_too_large_and_one_of_three_is_refused_at_its_place(string file, string property)
    {
        var ten = Reading.Of(file, $"{{ \"{property}\": \"{new string('x', 10_000_000)}\" }}");
        Assert.Equal("FileTooLarge", Reading.IdOf(ten));
        Assert.Contains(file == "site.json" ? "site.json" : "web01.json", ten!.Message, StringComparison.Ordinal);

        var damaged = JsonNode.Parse(Rich.Of(file))!.AsObject().With($"$.{property}", new string('x', 3_000_000));
        AssertRefused(file, Encoding.UTF8.GetBytes(damaged.ToJsonString()), $"$.{property}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_long_unknown_name_is_not_repeated_in_full(string file)
    {
        var thrown = Reading.Of(file, $"{{ \"{new string('x', 1_000_000)}\": 1, {Rich.Of(file).TrimStart()[1..]}");

        Assert.Equal("SiteInvalid", Reading.IdOf(thrown));
        Assert.InRange(thrown!.Message.Length, 1, 5000);
    }

    [Fact]
    public void A_bare_point_is_quoted_whole()
    {
        var thrown = Assert.IsType<AsrException>(Reading.Of("site.json", """{ "version": .5 }"""));

        Assert.Contains("'.' is", thrown.Message, StringComparison.Ordinal);
    }

    // A list below a long name: the place must not be spelled out anew for each item.
    [Fact]
    public void A_long_name_with_a_long_list_is_refused_at_once() =>
        AssertQuick($"{{ \"{new string('x', 200_000)}\": [{string.Join(',', Enumerable.Repeat('1', 20_000))}] }}");

    // Many hosts and many mentions of them: not every mention against every host.
    [Fact]
    public void Many_hosts_are_read_at_once()
    {
        var hosts = string.Join(',', Enumerable.Range(0, 20_000).Select(number => $$"""{"name":"h{{number}}","licence":"Free"}"""));
        var mentions = string.Join(',', Enumerable.Repeat("\"h19999\"", 20_000));

        AssertQuick($$"""{"version":2,"kind":"VMware","hosts":[{{hosts}}],"datastores":[{"name":"d","type":"VMFS","folder":"d","hosts":[{{mentions}}]}]}""");
    }

    // what is a link | to what: itself, its parent, a neighbour that points back
    [Theory]
    [InlineData("stores", "stores")]
    [InlineData("stores", ".")]
    [InlineData("stores", "..")]
    [InlineData("stores/ds1", "..")]
    [InlineData("retention", "stores")]
    [InlineData("cache", "cache")]
    public void A_folder_that_is_a_link_into_a_cycle_is_refused_at_its_place(string folder, string target)
    {
        using var site = SiteFolder.Of(Rich.Site, Rich.Machine);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(site.Root, folder))!);
        Directory.CreateSymbolicLink(Path.Combine(site.Root, folder), target);

        var thrown = Reading.Of(site);

        Assert.Equal("PathOutsideSite", Reading.IdOf(thrown));
        Claim.None(Reading.Fault(thrown, site.SiteFile));
    }

    [Theory]
    [InlineData("machines")]
    [InlineData("state")]
    [InlineData("state/machines")]
    public void A_folder_of_the_engine_that_is_a_link_to_itself_is_read_over_or_refused(string folder)
    {
        using var site = SiteFolder.Of(Rich.Site);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(site.Root, folder))!);
        Directory.CreateSymbolicLink(Path.Combine(site.Root, folder), Path.GetFileName(folder));
        var embedded = site.Open();

        Action[] asked = [() => embedded.Snapshot(), () => embedded.Claim(Guid.Empty), () => embedded.EnsureMachine(SiteFolder.Web01), () => embedded.PowerOn("web01", 1)];
        Assert.All(asked, ask => Assert.True(Record.Exception(ask) is null or AsrException));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"power\": 1, \"epoch\": 1 }")]
    [InlineData("{ \"power\": \"On\" }")]
    [InlineData("{ \"power\": \"On\", \"epoch\": 1e99 }")]
    [InlineData("{ \"power\": \"On\", \"epoch\": 1, \"bootedUtc\": \"yesterday\" }")]
    [InlineData("{ \"power\": \"On\", \"epoch\": 1, \"bootedUtc\": \"9999-12-31T23:59:59Z\" }")]
    public void A_damaged_state_of_a_machine_is_read_or_refused_by_name(string state)
    {
        using var folder = SiteFolder.Of(Rich.Site, Rich.Machine);
        folder.Write("state/machines/web01.json", state);
        var site = new EmbeddedSite(folder.Files, "onprem", folder.Root, FabricKind.VMware) { AgentDelay = TimeSpan.FromMinutes(15) };

        Claim.None(Reading.Fault(Record.Exception(() => site.Snapshot()), Path.Combine(folder.Root, "state", "machines", "web01.json")));
    }

    private static void AssertRefused(string file, byte[] content, string place = "$")
    {
        var thrown = AssertReadOrRefused(file, content);
        Assert.Equal("SiteInvalid", Reading.IdOf(thrown));
        Assert.Contains(place, thrown!.Message, StringComparison.Ordinal);
    }

    private static Exception? AssertReadOrRefused(string file, byte[] content)
    {
        using var folder = SiteFolder.Of(Rich.Site, Rich.Machine);
        var path = Reading.PathOf(folder, file);
        File.WriteAllBytes(path, content);

        var thrown = Reading.Of(folder);

        Claim.None(Reading.Fault(thrown, path));
        return thrown;
    }

    // Generous, for a machine that does other things too; what is meant to be found takes seconds.
    private static void AssertQuick(string text)
    {
        Reading.Of("site.json", Rich.Site);
        var watch = Stopwatch.StartNew();

        Assert.True(Reading.Of("site.json", text) is null or AsrException);

        Assert.InRange(watch.ElapsedMilliseconds, 0, 2_000);
    }
}
