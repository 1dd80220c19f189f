using System.Xml.Linq;

namespace AsrFailback.Engine.Tests;

/// <summary>The source as it lies in the repository, build output left out.</summary>
internal static class SourceTree
{
    private static readonly string[] BuildOutput = ["bin", "obj"];

    /// <summary>Names of the projects under <c>src</c>, without the product's name.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories).Select(ShortName).Order(StringComparer.Ordinal)];

    public static string Root => Path.Combine(RepositoryFolder.Root, "src");

    /// <summary>Every file we wrote, relative to the repository, with its text.</summary>
    public static IEnumerable<(string Path, string Text)> Files(params string[] extensions) => FilesBelow(Root, extensions);

    /// <summary>The same of the tests.</summary>
    public static IEnumerable<(string Path, string Text)> TestFiles(params string[] extensions) =>
        FilesBelow(Path.Combine(RepositoryFolder.Root, "tests"), extensions);

    /// <summary>What a project file refers to, projects by their short names.</summary>
    public static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, $"AsrFailback.{project}", $"AsrFailback.{project}.csproj"))
            .Descendants(kind).Select(reference => ShortName(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Path, string Text)> FilesBelow(string root, string[] extensions) =>
        from path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(RepositoryFolder.Root, path)
        where !relative.Split(Path.DirectorySeparatorChar).Intersect(BuildOutput).Any() && extensions.Contains(Path.GetExtension(path))
        orderby relative
        select (relative, File.ReadAllText(path));

    private static string ShortName(string path)
    {
        var name = path.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(path.Replace('\\', '/')) : path;
        return name.StartsWith("AsrFailback.", StringComparison.Ordinal) ? name["AsrFailback.".Length..] : name;
    }
}
