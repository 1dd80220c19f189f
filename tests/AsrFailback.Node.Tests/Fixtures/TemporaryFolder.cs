namespace AsrFailback.Node.Tests;

/// <summary>A folder of its own for one test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder;

    public TemporaryFolder(string purpose) => _folder = Directory.CreateTempSubdirectory($"asr-node-{purpose}-");

    /// <summary>Its full path.</summary>
    public string Path => _folder.FullName;

    /// <summary>The vault of a drill that is kept in this folder under the name <c>drill</c>.</summary>
    public string Vault => System.IO.Path.Combine(Kept, "vault");

    /// <summary>Where a drill is kept.</summary>
    public string Kept => System.IO.Path.Combine(Path, "drill");

    /// <summary>A path inside.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Fails when something is inside.</summary>
    public void AssertEmpty() =>
        Assert.True(!Directory.EnumerateFileSystemEntries(Path).Any(), "Left behind: " + string.Join(", ", FileTree.Everything(Path)));

    public void Dispose() => _folder.Delete(recursive: true);
}
