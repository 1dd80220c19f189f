namespace AsrFailback.Fabrics.Tests;

/// <summary>What was written by hand in version 1 is kept beside what takes its place.</summary>
public sealed class SiteKeptTests
{
    private const string Kept = "site.v1.json";

    [Fact]
    public void The_first_version_1_is_kept_for_good()
    {
        var older = SiteFolder.SmallSite;
        using var folder = SiteFolder.Of(older);
        var site = folder.Open();
        site.PutProcessServer(new ProcessServer("ps", 9443));
        Assert.Equal(older, folder.Read(Kept));
        folder.Write("site.json", older.Replace("\"version\"", "/* another */ \"version\"", StringComparison.Ordinal));

        site.PutProcessServer(new ProcessServer("ps", 9444));

        Assert.Equal(older, folder.Read(Kept));
    }

    [Fact]
    public void A_change_of_version_2_keeps_nothing()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite);
        var site = folder.Open();
        site.PutProcessServer(new ProcessServer("ps", 9443));
        File.Delete(Path.Combine(folder.Root, Kept));

        site.PutProcessServer(new ProcessServer("ps", 9444));

        Assert.False(File.Exists(Path.Combine(folder.Root, Kept)));
    }
}
