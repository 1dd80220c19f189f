namespace AsrFailback.Tests;

/// <summary>The repository the tests were built from, found by walking up from the test assembly.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    public static string Source => Path.Combine(Root, "src");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AsrFailback.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("AsrFailback.sln is in no folder above the test assembly.");
    }
}
