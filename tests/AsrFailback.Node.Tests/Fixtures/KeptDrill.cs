namespace AsrFailback.Node.Tests;

/// <summary>One drill that ran through and was kept; shared by the tests that look at it. None of them may leave it changed.</summary>
public sealed class KeptDrill : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new("kept");

    /// <summary>The folder with vault, onprem, azure and witness.</summary>
    public string Path => _folder.Kept;

    /// <summary>Its vault.</summary>
    public string Vault => _folder.Vault;

    /// <summary>How the drill ended.</summary>
    internal NodeResult Result { get; private set; } = null!;

    /// <summary>A file in it, by a path with slashes.</summary>
    public string At(string relative) => System.IO.Path.Combine([Path, .. relative.Split('/')]);

    /// <summary>The files of the journal toward Azure, by a pattern, sorted.</summary>
    public string[] Journal(string pattern) =>
        [.. Directory.GetFiles(At("azure/cache/web01"), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public async Task InitializeAsync() =>
        Result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--keep", Path);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>A copy to do anything with, kept under the folder's <c>drill</c>.</summary>
    internal TemporaryFolder Copy()
    {
        Result.MustExit(0);
        var copy = new TemporaryFolder("copy");
        FileTree.Copy(Path, copy.Kept);
        return copy;
    }
}

/// <summary>The tests around one kept drill; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class KeptDrillTests : ICollectionFixture<KeptDrill>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "A kept drill";
}
