namespace AsrFailback.Node.Tests;

/// <summary>What must hold after a crash, whenever it came.</summary>
internal static class Survivor
{
    /// <summary>
    /// Resumes what a killed drill left, until it is verified and a check finds nothing. Without a vault, nothing but the
    /// unfinished folder of one may have been created, and the same command is refused clearly or works.
    /// </summary>
    public static async Task MustFinishAsync(TemporaryFolder folder)
    {
        if (!Directory.Exists(folder.Vault))
        {
            await MustNotHaveBegunAsync(folder);
            return;
        }

        (await Asrnode.RunAsync("resume", "--vault", folder.Vault, "--json")).MustNotShowInsides().MustBeVerified();
        await MustBeFinishedAsync(folder);
    }

    /// <summary>Fails unless a check finds nothing.</summary>
    public static async Task MustBeFinishedAsync(TemporaryFolder folder) =>
        (await Asrnode.RunAsync("check", "--vault", folder.Vault)).MustExit(0);

    private static async Task MustNotHaveBegunAsync(TemporaryFolder folder)
    {
        var there = Directory.Exists(folder.Kept) ? Directory.GetFileSystemEntries(folder.Kept) : [];
        Assert.All(there, path => Assert.StartsWith(".vault", Path.GetFileName(path), StringComparison.Ordinal));

        var again = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--keep", folder.Kept);

        if (again.ExitCode == 0)
        {
            again.MustBeVerified();
        }
        else
        {
            again.MustRefuse(1, folder.Kept);
            Assert.Equal(there, Directory.GetFileSystemEntries(folder.Kept));
        }
    }
}
