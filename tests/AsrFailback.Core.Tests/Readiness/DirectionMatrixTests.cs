using System.Text;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>Which failover goes where, against the matrix as it was written down beside the code.</summary>
public sealed class DirectionMatrixTests
{
    private const string Document = "docs/directions.md";

    private const string Update = "ASRFAILBACK_UPDATE_DOCS";

    private const string HowToUpdate = $"{Update}=1 dotnet test -c Release tests/AsrFailback.Core.Tests --filter DirectionMatrixTests";

    // from, to | test, planned, unplanned. A private cloud is a VMware site; what is not here is not supported.
    private const string Matrix = """
        Vmm Vmm                    | T P U
        Vmm Azure                  | T P U
        Azure Vmm                  | P
        HyperV Azure               | T P U
        Azure HyperV               | P
        VMware Azure               | T U
        AzureVMwareSolution Azure  | T U
        Physical Azure             | T U
        Azure VMware               | U
        Azure AzureVMwareSolution  | U
        """;

    private static readonly (string Letter, FailoverKinds Kind)[] Types =
        [("T", FailoverKinds.Test), ("P", FailoverKinds.Planned), ("U", FailoverKinds.Unplanned)];

    public static TheoryData<FabricKind, FabricKind> Pairs
    {
        get
        {
            var pairs = new TheoryData<FabricKind, FabricKind>();
            foreach (var (from, to) in Enum.GetValues<FabricKind>().SelectMany(from => Enum.GetValues<FabricKind>().Select(to => (from, to))))
            {
                pairs.Add(from, to);
            }

            return pairs;
        }
    }

    [Theory]
    [Requirement("FO-04")]
    [MemberData(nameof(Pairs))]
    public void Between_two_kinds_of_site_there_is_what_the_matrix_says(FabricKind from, FabricKind to)
    {
        var row = Notation.Lines(Matrix).Select(Notation.Columns).SingleOrDefault(columns => Notation.Words(columns[0]).SequenceEqual([$"{from}", $"{to}"]));
        var expected = row is null ? [] : Notation.Words(row[1]);

        Assert.Equal(expected, Letters(DirectionMatrix.Between(from, to)));
    }

    [Fact]
    public void No_pair_is_in_the_table_twice() =>
        Assert.Equal(DirectionMatrix.Rows.Count, DirectionMatrix.Rows.DistinctBy(row => (row.From, row.To)).Count());

    [Theory]
    [Requirement("RP-08")]
    [MemberData(nameof(Pairs))]
    public void Machines_are_protected_in_every_supported_direction_but_those_from_Azure(FabricKind from, FabricKind to) =>
        Assert.Equal(DirectionMatrix.Between(from, to) != FailoverKinds.None && from != FabricKind.Azure, DirectionMatrix.Protects(from, to));

    // A physical server comes home as a VMware machine (RP-10).
    [Fact]
    [Requirement("RP-10")]
    public void What_can_be_protected_can_also_come_home() =>
        Assert.All(DirectionMatrix.Rows.Where(row => DirectionMatrix.Protects(row.From, row.To)), row => Assert.NotEqual(
            FailoverKinds.None, DirectionMatrix.Between(row.To, row.From == FabricKind.Physical ? FabricKind.VMware : row.From)));

    // what is asked for | the types that the refusal names
    [Theory]
    [Requirement("FO-04")]
    [InlineData("failover planned", "Planned", "Test, Unplanned")]
    [InlineData("failback planned", "Planned", "Unplanned")]
    [InlineData("failback home-kind=HyperV", "Unplanned", "Planned")]
    [InlineData("failback home-kind=Physical", "Unplanned", "None")]
    public void A_refusal_names_the_type_asked_for_and_the_supported_ones(string words, string asked, string supported)
    {
        var error = World.Report(words).Single(check => check.Id == "Direction").Finding!;

        Assert.Contains($"type {asked} ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($": {supported}.", error.PossibleCauses, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_says_what_the_table_says()
    {
        var path = Path.Combine(RepositoryFolder.Root, Document);
        var text = Write();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, text);
        }

        var same = File.Exists(path) && File.ReadAllText(path) == text;

        Assert.True(same, $"{Document} is not what the table says. Write it anew: {HowToUpdate}");
    }

    private static string Write()
    {
        var text = new StringBuilder();
        text.Append("# Directions\n\n");
        text.Append("Which failover goes from one kind of site to another. What is not listed is refused, and the refusal names what there is.\n");
        text.Append("A machine that was created in Azure is protected nowhere (RP-08). This file is made from the table\n");
        text.Append("[`DirectionMatrix`](../src/AsrFailback.Core/Readiness/DirectionMatrix.cs); `DirectionMatrixTests` compares and writes it.\n\n");
        text.Append("| from | to | test | planned | unplanned | note |\n|---|---|---|---|---|---|\n");
        foreach (var row in DirectionMatrix.Rows)
        {
            var cells = Types.Select(type => Mark(row.Kinds.HasFlag(type.Kind)));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row.From} | {row.To} | {string.Join(" | ", cells)} | {row.Note} |\n");
        }

        return text.ToString();
    }

    private static string Mark(bool holds) => holds ? "yes" : "–";

    private static IEnumerable<string> Letters(FailoverKinds kinds) => Types.Where(type => kinds.HasFlag(type.Kind)).Select(type => type.Letter);
}
