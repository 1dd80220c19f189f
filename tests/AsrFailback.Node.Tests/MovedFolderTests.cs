namespace AsrFailback.Node.Tests;

/// <summary>Vault and sites lie side by side and are moved together: nothing in them may point to where they were.</summary>
public sealed class MovedFolderTests
{
    [Theory]
    [InlineData("300")]
    [InlineData("20000")]
    public async Task An_unfinished_drill_that_was_moved_is_finished_where_it_is_now(string operation)
    {
        using var first = new TemporaryFolder("first");
        using var second = new TemporaryFolder("second");
        (await Asrnode.RunInAsync(first, "drill", "--size", "small", "--keep", first.Kept, "--crash-at", operation)).MustExit(137);
        Directory.Move(first.Kept, second.Kept);

        await Survivor.MustFinishAsync(second);

        first.AssertEmpty();
    }
}
