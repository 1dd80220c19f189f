namespace AsrFailback.Engine.Tests;

/// <summary>One owner per vault; a vault is created as a whole or not at all.</summary>
public sealed class VaultOwnerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asr-vault-");

    private string Vault => Path.Combine(_folder.FullName, "vault");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_engine_on_the_same_vault_is_told_who_has_it()
    {
        FailbackEngine.CreateVault(Vault, "vault", null, new EngineOptions());
        await using (FailbackEngine.Open(Vault, new EngineOptions()))
        {
            var refusal = Assert.Throws<AsrException>(() => FailbackEngine.Open(Vault, new EngineOptions()));

            Assert.Equal("VaultInUse", refusal.Error.Id);
            Assert.Contains($"process {Environment.ProcessId} ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(Environment.MachineName, refusal.Message, StringComparison.Ordinal);
        }

        await using var again = FailbackEngine.Open(Vault, new EngineOptions());
        Assert.Empty(await again.GetJobsAsync());
    }

    [Fact]
    public async Task A_vault_in_use_is_not_checked_beside_its_owner()
    {
        FailbackEngine.CreateVault(Vault, "vault", null, new EngineOptions());
        await using var engine = FailbackEngine.Open(Vault, new EngineOptions());

        Assert.Equal("VaultInUse", Assert.Throws<AsrException>(() => Vaults.VaultChecker.Check(Vault, new EngineOptions())).Error.Id);
    }

    [Theory]
    [InlineData("vault")]
    [InlineData("nothing/here")]
    public void A_folder_without_a_vault_is_missing_and_stays_so(string folder)
    {
        var path = Path.Combine(_folder.FullName, folder);

        Assert.Equal("VaultMissing", Assert.Throws<AsrException>(() => FailbackEngine.Open(path, new EngineOptions())).Error.Id);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Nothing_is_overwritten_by_creating_a_vault()
    {
        FailbackEngine.CreateVault(Vault, "vault", null, new EngineOptions());
        var before = File.ReadAllBytes(Path.Combine(Vault, "state.db"));

        Assert.Equal("VaultExists", Assert.Throws<AsrException>(() => FailbackEngine.CreateVault(Vault, "other", null, new EngineOptions())).Error.Id);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Vault, "state.db")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_creation_that_was_interrupted_leaves_no_vault_and_can_be_repeated(int change)
    {
        var seen = 0;
        var interrupted = new EngineOptions
        {
            Store = store => new Storage.ObservedStateStore(store, _ => Assert.NotEqual(change, ++seen)),
        };
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => FailbackEngine.CreateVault(Vault, "vault", new AddFabric("a", "a"), interrupted));
        Assert.False(Directory.Exists(Vault));

        FailbackEngine.CreateVault(Vault, "vault", new AddFabric("a", "a"), new EngineOptions());

        await using var engine = FailbackEngine.Open(Vault, new EngineOptions());
        Assert.Single(await engine.GetJobsAsync());
    }

    [Fact]
    public async Task A_vault_created_while_another_is_being_created_beside_it_does_not_disturb_it()
    {
        // The second one is created as a whole while the first one's state has just been opened.
        var other = Path.Combine(_folder.FullName, "other");
        var options = new EngineOptions
        {
            Store = store =>
            {
                FailbackEngine.CreateVault(other, "other", null, new EngineOptions());
                return store;
            },
        };

        FailbackEngine.CreateVault(Vault, "vault", null, options);

        await using var first = FailbackEngine.Open(Vault, new EngineOptions());
        await using var second = FailbackEngine.Open(other, new EngineOptions());
        Assert.EndsWith("/vaults/vault", first.Vault.Id.Value, StringComparison.Ordinal);
        Assert.EndsWith("/vaults/other", second.Vault.Id.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_recorded_with_the_vault_runs_at_the_first_opening()
    {
        var site = Path.Combine(_folder.FullName, "azure");
        Fabrics.Embedded.SiteTemplate.CreateAzure(new Replication.IO.LocalFileSystem(), site);
        FailbackEngine.CreateVault(Vault, "vault", new AddFabric("azure", site), new EngineOptions());

        await using var engine = FailbackEngine.Open(Vault, new EngineOptions());
        var job = await engine.WaitForJobAsync(Assert.Single(await engine.GetJobsAsync()).Name).WaitAsync(DrWorld.Patience);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(FabricKind.Azure, engine.Site("azure").Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a database, only words ..................................................................................")]
    public void A_state_file_that_is_none_is_damage_and_the_vault_is_let_go(string content)
    {
        Directory.CreateDirectory(Vault);
        File.WriteAllText(Path.Combine(Vault, "state.db"), content);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal("StateDamaged", Assert.Throws<AsrException>(() => FailbackEngine.Open(Vault, new EngineOptions())).Error.Id);
        }
    }
}
