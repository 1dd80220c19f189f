namespace AsrFailback.Engine.Tests;

/// <summary>A vault on a file system that is really full: the error says so, and nothing is left half done or locked.</summary>
public sealed class FullDiskTests
{
    [FullDiskFact]
    public async Task A_vault_that_cannot_be_created_for_want_of_space_leaves_nothing_and_can_be_created_later()
    {
        using var disk = SmallFileSystem.Mount(256);
        var (vault, ballast) = (Path.Combine(disk.Root, "vault"), Path.Combine(disk.Root, "ballast"));
        Fill(ballast, leave: 4096);

        Assert.Equal("DiskFull", Assert.Throws<AsrException>(() => FailbackEngine.CreateVault(vault, "vault", null, new EngineOptions())).Error.Id);
        Assert.False(Directory.Exists(vault));

        File.Delete(ballast);
        FailbackEngine.CreateVault(vault, "vault", null, new EngineOptions());
        await using var engine = FailbackEngine.Open(vault, new EngineOptions());
        Assert.Empty(await engine.GetJobsAsync());
    }

    [FullDiskFact]
    public async Task A_vault_on_a_full_disk_opens_or_says_why_not_and_is_never_left_locked()
    {
        using var disk = SmallFileSystem.Mount(256);
        var (vault, ballast) = (Path.Combine(disk.Root, "vault"), Path.Combine(disk.Root, "ballast"));
        FailbackEngine.CreateVault(vault, "vault", null, new EngineOptions());
        Fill(ballast, leave: 0);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Record.ExceptionAsync(async () => await FailbackEngine.Open(vault, new EngineOptions()).DisposeAsync());
            Assert.True(error is null or AsrException { Error.Id: "DiskFull" }, $"{error}");
        }

        File.Delete(ballast);
        await using var engine = FailbackEngine.Open(vault, new EngineOptions());
        Assert.Empty(await engine.GetJobsAsync());
    }

    // Fills the disk by a file, and gives a few bytes back.
    private static void Fill(string path, int leave)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        var page = new byte[4096];
        long length = 0;
        while (Record.Exception(() => RandomAccess.Write(file, page, length)) is null)
        {
            length += page.Length;
        }

        RandomAccess.SetLength(file, length - leave);
    }
}
