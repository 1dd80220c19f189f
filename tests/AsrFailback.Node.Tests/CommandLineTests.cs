namespace AsrFailback.Node.Tests;

/// <summary>A wrong command line is one clear error, and nothing was done.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("drill --bogus", "--bogus")]
    [InlineData("drill extra", "extra")]
    [InlineData("drill --size huge", "huge")]
    [InlineData("drill --size", "--size")]
    [InlineData("drill --size small --seed many", "many")]
    [InlineData("drill --size small --mutate everything", "everything")]
    [InlineData("drill --size small --keep", "--keep")]
    [InlineData("drill --size small --disk", "--disk")]
    [InlineData("drill --size small --size default", "--size")]
    [InlineData("resume", "--vault")]
    [InlineData("check", "--vault")]
    [InlineData("check --vault", "--vault")]
    [InlineData("resume --vault a --vault b", "--vault")]
    [InlineData("check --vault a b", "b")]
    [InlineData("nbd --vault a", "--machine")]
    [InlineData("nbd --machine a", "--vault")]
    [InlineData("nbd --vault a --machine b --port 65536", "--port")]
    [InlineData("nbd --vault a --machine b --port -1", "--port")]
    [InlineData("nbd --vault a --machine b --port http", "http")]
    [InlineData("nbd --vault a --machine b --port 0 --socket c", "--socket")]
    public async Task A_wrong_argument_is_named_with_the_help_that_mends_it(string line, string named)
    {
        var arguments = line.Split(' ');

        var result = (await Asrnode.RunAsync(arguments)).MustRefuse(2, named, $"asrnode {arguments[0]} --help");

        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bogus")]
    [InlineData("--bogus")]
    public async Task Without_a_known_command_the_help_is_named(string line)
    {
        var result = (await Asrnode.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).MustExit(2);

        Assert.Contains("asrnode --help", result.Errors, StringComparison.Ordinal);
        Assert.Contains("What to do:", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drill", "--keep", "--disk", "--size", "--json", "--mutate")]
    [InlineData("resume", "--vault", "--json")]
    [InlineData("check", "--vault", "--json")]
    [InlineData("nbd", "--vault", "--machine", "--socket", "--port")]
    public async Task The_help_of_a_command_lists_its_options(string command, params string[] options)
    {
        var result = (await Asrnode.RunAsync(command, "--help")).MustExit(0);

        Assert.All(options, option => Assert.Contains(option, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("--crash-at", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("check")]
    public async Task A_missing_vault_is_named_and_not_created(string command)
    {
        using var folder = new TemporaryFolder("missing");

        (await Asrnode.RunAsync(command, "--vault", folder.Vault)).MustRefuse(1, folder.Vault);

        folder.AssertEmpty();
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("check")]
    public async Task A_folder_without_a_vault_in_it_is_refused_and_left_as_it_is(string command)
    {
        using var folder = new TemporaryFolder("foreign");
        await File.WriteAllTextAsync(folder.At("notes.txt"), "mine");

        (await Asrnode.RunAsync(command, "--vault", folder.Path)).MustRefuse(1, folder.Path);

        Assert.Equal(["notes.txt"], FileTree.Everything(folder.Path));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_never_used_for_a_drill()
    {
        using var folder = new TemporaryFolder("used");
        await File.WriteAllTextAsync(folder.At("notes.txt"), "mine");

        (await Asrnode.RunAsync("drill", "--size", "small", "--keep", folder.Path)).MustRefuse(1, "FolderNotEmpty", folder.Path);

        Assert.Equal(["notes.txt"], FileTree.Everything(folder.Path));
    }

    [Fact]
    public async Task A_file_is_never_used_as_the_folder_of_a_drill()
    {
        using var folder = new TemporaryFolder("file");
        await File.WriteAllTextAsync(folder.Kept, "mine");

        (await Asrnode.RunAsync("drill", "--size", "small", "--keep", folder.Kept)).MustRefuse(1, "FolderNotEmpty", folder.Kept);

        Assert.Equal("mine", await File.ReadAllTextAsync(folder.Kept));
    }
}
