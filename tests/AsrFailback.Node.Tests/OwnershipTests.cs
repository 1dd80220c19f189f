using System.Globalization;
using AsrFailback.Engine;

namespace AsrFailback.Node.Tests;

/// <summary>One owner process per vault, one vault per site folder.</summary>
[Collection(KeptDrillTests.Name)]
public sealed class OwnershipTests(KeptDrill drill)
{
    private const string SecondStep = "Enable protection";

    [SignalFact]
    public async Task A_second_process_is_told_who_owns_the_vault_and_disturbs_nothing()
    {
        using var folder = new TemporaryFolder("owned");
        using var owner = Asrnode.Start(folder, "drill", "--size", "small", "--json", "--keep", folder.Kept);
        await owner.MustSayAsync(SecondStep);
        owner.Signal("STOP");
        var name = owner.Id.ToString(CultureInfo.InvariantCulture);
        var before = FileTree.Digests(folder.Kept);

        (await Asrnode.RunAsync("check", "--vault", folder.Vault)).MustRefuse(1, folder.Vault, $"process {name}");
        (await Asrnode.RunAsync("resume", "--vault", folder.Vault)).MustRefuse(1, folder.Vault, $"process {name}");
        (await Asrnode.RunAsync("drill", "--size", "small", "--keep", folder.Kept)).MustRefuse(1, folder.Vault, "resume");

        Assert.Equal(before, FileTree.Digests(folder.Kept));
        owner.Signal("CONT");
        (await owner.EndAsync()).MustBeVerified();
    }

    [Fact]
    public async Task A_vault_opened_by_another_program_is_in_use_until_that_one_closes_it()
    {
        using var copy = drill.Copy();
        await using (FailbackEngine.Open(copy.Vault, new EngineOptions()))
        {
            var owner = $"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
            (await Asrnode.RunAsync("check", "--vault", copy.Vault)).MustRefuse(1, copy.Vault, owner);
            (await Asrnode.RunAsync("resume", "--vault", copy.Vault)).MustRefuse(1, copy.Vault, owner);
        }

        (await Asrnode.RunAsync("check", "--vault", copy.Vault)).MustExit(0);
        (await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json")).MustBeVerified();
    }

    [Fact]
    public async Task A_site_folder_of_another_vault_is_refused_and_left_as_it_is()
    {
        using var copy = drill.Copy();
        var site = Path.Combine(copy.Kept, "onprem");
        var second = copy.At("second", "vault");
        FailbackEngine.CreateVault(second, "second", new AddFabric("onprem", site), new EngineOptions());
        var before = FileTree.Digests(copy.Kept);

        (await Asrnode.RunAsync("resume", "--vault", second)).MustRefuse(1, site, "vault");

        Assert.Equal(before, FileTree.Digests(copy.Kept));
        (await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json")).MustBeVerified();
    }

    [Theory]
    [InlineData("resume", 1)]
    [InlineData("check", 3)]
    public async Task A_vault_whose_site_went_to_another_vault_says_so(string command, int exit)
    {
        using var copy = drill.Copy();
        var state = Path.Combine(copy.Kept, "azure", "state", "site.json");
        var owner = System.Text.RegularExpressions.Regex.Match(await File.ReadAllTextAsync(state), "[0-9a-f]{8}-[0-9a-f-]{27}").Value;
        FileTree.Edit(state, owner, "00000000-0000-0000-0000-0000000000aa");
        var before = FileTree.Digests(copy.Kept);

        var result = (await Asrnode.RunAsync(command, "--vault", copy.Vault)).MustExit(exit).MustNotShowInsides();

        Assert.Contains(Path.Combine(copy.Kept, "azure"), result.Output + result.Errors, StringComparison.Ordinal);
        Assert.Contains("00000000-0000-0000-0000-0000000000aa", result.Output + result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, FileTree.Digests(copy.Kept));
    }
}
