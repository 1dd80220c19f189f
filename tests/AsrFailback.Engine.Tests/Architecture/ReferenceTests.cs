using System.Reflection;

namespace AsrFailback.Engine.Tests;

/// <summary>The one direction of references. A new project or package needs a line here, and with it a decision.</summary>
public sealed class ReferenceTests
{
    // project | projects it refers to | packages it refers to
    private const string Table = """
        Model       |                 |
        Core        | Model           |
        Replication | Core            | Blake3
        Storage     | Core            | Microsoft.Data.Sqlite.Core SQLitePCLRaw.bundle_e_sqlite3
        Fabrics     | Replication     | Polly.Core
        Engine      | Fabrics Storage |
        Node        | Engine          | Spectre.Console System.CommandLine
        PowerShell  | Engine Help     | PowerShellStandard.Library
        Help        |                 | Markdig System.Reflection.MetadataLoadContext
        """;

    // What follows from the table: the assemblies of ours that each one may use, directly or through another.
    private const string Reachable = """
        Model       |
        Core        | Model
        Replication | Model Core
        Storage     | Model Core
        Fabrics     | Model Core Replication
        Engine      | Model Core Replication Storage Fabrics
        Node        | Model Core Replication Storage Fabrics Engine
        PowerShell  | Model Core Engine
        """;

    private static readonly string[] BannedPackages = ["Newtonsoft", "Polly", "DiscUtils", "log4net", "NLog", "Moq"];

    public static TheoryData<string> Rows => Notation.Cases(Table);

    public static TheoryData<string> Assemblies => Notation.Cases(Reachable);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_project_refers_to_what_the_table_says_and_to_nothing_else(string line)
    {
        var columns = Notation.Columns(line);

        Assert.Equal(Notation.Words(columns[1]), SourceTree.References(columns[0], "ProjectReference"));
        Assert.Equal(Notation.Words(columns[2]), SourceTree.References(columns[0], "PackageReference"));
        Assert.Empty(SourceTree.References(columns[0], "Reference"));
    }

    [Fact]
    public void Every_project_has_a_line() =>
        Assert.Equal(Notation.Lines(Table).Select(line => Notation.Columns(line)[0]).Order(StringComparer.Ordinal), SourceTree.Projects);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void A_built_assembly_uses_only_what_lies_in_its_direction(string line)
    {
        var columns = Notation.Columns(line);
        var assembly = Built(columns[0]);
        if (assembly is null)
        {
            Assert.Contains(columns[0], new[] { "Node", "PowerShell" });
            return;
        }

        var used = assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("AsrFailback.", StringComparison.Ordinal));

        Assert.Empty(used.Except(Notation.Words(columns[1]).Select(name => $"AsrFailback.{name}")));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void A_built_assembly_uses_no_banned_package(string line)
    {
        var used = Built(Notation.Columns(line)[0])?.GetReferencedAssemblies().Select(name => name.Name!) ?? [];

        var allowed = Notation.Columns(line)[0] == "Fabrics" ? ["Polly.Core"] : Array.Empty<string>(); // HttpHook
        Assert.DoesNotContain(used.Except(allowed), name => BannedPackages.Any(banned => name.Contains(banned, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void The_model_uses_nothing_but_the_framework() =>
        Assert.All(Built("Model")!.GetReferencedAssemblies(), name => Assert.Matches("^(System|netstandard|mscorlib|Microsoft\\.CSharp)", name.Name));

    // The program is built for its own runtime and started by its own tests; its project file is what is compared.
    private static Assembly? Built(string project) => project switch
    {
        "Model" => typeof(IFailbackService).Assembly,
        "Core" => typeof(Core.Errors.ErrorCatalogue).Assembly,
        "Replication" => typeof(Replication.IO.IFileSystem).Assembly,
        "Storage" => typeof(Storage.SqliteStateStore).Assembly,
        "Fabrics" => typeof(Fabrics.Embedded.EmbeddedSite).Assembly,
        "Engine" => typeof(FailbackEngine).Assembly,
        _ => null,
    };
}
