using System.Security;
using System.Text;
using AsrFailback.Core.Servers;

namespace AsrFailback.Engine.Tests;

/// <summary>What needs time to show: agents after a start, servers after a deployment.</summary>
public sealed class ReadinessNewServerTests
{
    private const string Secret = "Correct-Horse-Battery-7";
    private const string Address = "10.0.0.9";
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(15);

    private static readonly DeployProcessServer Deploy = new(DrWorld.Azure, "ps-new", Address, "vnet-recovery", "10.2.0.4", "azureadmin");

    [Fact]
    [Requirement("TO-06", "ER-Own")]
    public async Task Until_the_agent_has_registered_a_reprotect_is_refused_with_the_time_to_try_again()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        clock.Advance(TimeSpan.FromMinutes(20));
        await world.MoveAsync();
        clock.Advance(Delay - TimeSpan.FromSeconds(1));

        var reason = Assert.Single(await Findings.RefusalAsync(world, new Reprotect(DrWorld.Item)));

        Assert.Equal(("AgentNotRegisteredYet", true), (reason.Id, reason.Temporary));
        Assert.Contains("2020-01-01 00:20:00Z", reason.Message, StringComparison.Ordinal);
        Assert.Contains("2020-01-01 00:35:00Z", reason.RecommendedAction, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(1));
        await world.RunAsync(new Reprotect(DrWorld.Item));
    }

    [Fact]
    [Requirement("TO-06")]
    public async Task An_agent_that_is_not_installed_is_called_missing_at_once_and_later()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        await world.MoveAsync();
        WorldEdit.Make(world, "azure/web01:guest.agentInstalled=false");
        Assert.Equal(["AgentNotRegistered"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));

        clock.Advance(Delay);

        Assert.Equal(["AgentNotRegistered"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
    }

    [Theory]
    [Requirement("TO-10", "TO-11")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_process_server_shows_after_some_time_or_after_a_refresh(bool refresh)
    {
        var clock = new ManualClock();
        await using var world = await WithPassphraseAsync(clock);
        await world.MoveAsync();
        clock.Advance(Delay);
        await world.RunAsync(Deploy with { Passphrase = Secure(Secret) });
        clock.Advance(Delay - TimeSpan.FromSeconds(1));
        Assert.Equal(["ProcessServerNew"], await world.RefusedAsync(new Reprotect(DrWorld.Item, ProcessServer: "ps-new")));

        if (refresh)
        {
            await world.Engine.RefreshFabricAsync(DrWorld.Azure);
        }
        else
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await world.RunAsync(new Reprotect(DrWorld.Item, ProcessServer: "ps-new"));
    }

    [Fact]
    [Requirement("TO-11")]
    public async Task A_deployed_process_server_is_in_the_inventory_and_listed_with_the_server_it_registered_with()
    {
        await using var world = await WithPassphraseAsync(new ManualClock(), "home:configurationServer.dataPort=9555");

        var job = await world.RunAsync(Deploy with { Passphrase = Secure(Secret) });

        var server = Assert.Single(world.Inventory(DrWorld.Azure).ProcessServers, server => server.Name == "ps-new");
        Assert.Equal(("10.2.0.4", "vnet-recovery", "azureadmin", 9555), (server.Address, server.Network, server.AdministratorName, server.Port));
        Assert.Equal(["ps-new"], world.Inventory(DrWorld.Home).ConfigurationServer!.Servers);
        Assert.Equal(3, job.Tasks.Count);
        Assert.Equal(["ServerExists", "AddressTaken"], await world.RefusedAsync(Deploy with { Passphrase = Secure(Secret) }));
    }

    // what is asked for, or what is broken | the reasons
    private const string Refusals = """
        wrong                                                       | PassphraseWrong
        missing                                                     | PassphraseWrong
        azure/web01:nics.0.address=10.2.0.4                          | AddressTaken
        azure:processServers.0.address=10.2.0.4                     | AddressTaken
        net azure:networks=["vnet-recovery","vnet-other"]           | NetworkOfOthers
        net                                                         | InventoryNotFound
        home:configurationServer.address=10.0.0.8                   | ConfigurationServerNotFound
        home:configurationServer.connected=false                    | ConfigurationServerDown
        azure/state:reachable=false                                 | SiteUnreachable
        wrong azure/web01:nics.0.address=10.2.0.4                    | AddressTaken PassphraseWrong
        """;

    [Fact]
    [Requirement("TO-11")]
    public async Task A_deployment_that_cannot_work_is_refused_and_changes_nothing()
    {
        await using var world = await WithPassphraseAsync(new ManualClock());
        foreach (var columns in Notation.Lines(Refusals).Select(Notation.Columns))
        {
            var words = Notation.Words(columns[0]);
            using var edit = new WorldEdit(world, words.Where(WorldEdit.IsEdit));
            var before = world.Fingerprint();
            var command = Deploy with
            {
                Network = words.Contains("net") ? "vnet-other" : Deploy.Network,
                Passphrase = words.Contains("missing") ? null : Secure(words.Contains("wrong") ? Secret + "8" : Secret),
            };

            Assert.Equal(columns[1], string.Join(' ', await world.RefusedAsync(command)));
            Assert.Equal(before, world.Fingerprint());
        }
    }

    [Fact]
    [Requirement("TO-11")]
    public async Task Of_two_deployments_at_once_only_one_gets_the_address_and_the_name()
    {
        using var held = new ManualResetEventSlim();
        await using var world = await WithPassphraseAsync(new ManualClock());
        world.Setup.OnProgress = _ => held.Wait(DrWorld.Patience);
        var first = await world.Engine.SubmitAsync(Deploy with { Passphrase = Secure(Secret) });

        Assert.Equal(["AddressTaken"], await world.RefusedAsync(Deploy with { Name = "ps-two", Passphrase = Secure(Secret) }));
        Assert.Equal(["ServerExists"], await world.RefusedAsync(Deploy with { Address = "10.2.0.5", Passphrase = Secure(Secret) }));
        held.Set();

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
    }

    // what is no address of a server
    [Theory]
    [Requirement("TO-11")]
    [InlineData("7")]
    [InlineData("10.2")]
    [InlineData("somewhere")]
    public async Task A_word_that_is_no_address_is_refused(string address)
    {
        await using var world = await WithPassphraseAsync(new ManualClock());

        Assert.Equal(["AddressInvalid"], await world.RefusedAsync(Deploy with { Address = address, Passphrase = Secure(Secret) }));
    }

    [Fact]
    [Requirement("TO-11")]
    public async Task The_passphrase_is_in_no_file_of_the_vault_and_its_sites()
    {
        await using var world = await WithPassphraseAsync(new ManualClock(), inFiles: true);
        await world.RunAsync(Deploy with { Passphrase = Secure(Secret) });
        await world.RefusedAsync(Deploy with { Name = "ps-two", Address = "10.2.0.5", Passphrase = Secure(Secret + "8") });
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        await world.CloseAsync();

        var files = Directory.GetFiles(world.Root, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Holds(file, Encoding.UTF8.GetBytes("ps-new"))); // it is looked for where the job is
        Assert.DoesNotContain(files, file => Holds(file, Encoding.UTF8.GetBytes(Secret)) || Holds(file, Encoding.Unicode.GetBytes(Secret)));
    }

    private static bool Holds(string file, byte[] text) => File.ReadAllBytes(file).AsSpan().IndexOf(text) >= 0;

    private static WorldSetup Setup(ManualClock clock, bool inFiles = false) => new()
    {
        DiskBytes = [256 << 10, 128 << 10],
        State = inFiles ? null : new MemoryState(),
        Clock = clock,
        Adjust = options => options with
        {
            HealthInterval = Timeout.InfiniteTimeSpan, BackupInterval = TimeSpan.MaxValue, DiscoveryDelay = Delay, AgentDelay = Delay,
        },
    };

    private static async Task<DrWorld> WithPassphraseAsync(ManualClock clock, string edits = "", bool inFiles = false)
    {
        var world = await DrWorld.ProtectedAsync(Setup(clock, inFiles));
        using var passphrase = Secure(Secret);
        await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", Address, PassphraseHash.Of(passphrase)));
        WorldEdit.Make(world, edits);
        return world;
    }

    private static SecureString Secure(string text)
    {
        var secure = new SecureString();
        Array.ForEach(text.ToCharArray(), secure.AppendChar);
        return secure;
    }

    // what is changed | the finding about ps-azure, looked at by itself
    [Theory]
    [Requirement("TO-04", "ER-Own")]
    [InlineData("home:configurationServer.dataPort=9444", "ProcessServerPort")]
    [InlineData("home:configurationServer.dataPort=9444 azure:processServers.0.port=9444", "")]
    [InlineData("azure:processServers.0.reachesConfigurationServer=false", "ProcessServerCut")]
    [InlineData("azure/state:reachable=false", "SiteUnreachable")]
    public async Task A_process_server_in_Azure_is_judged_by_the_configuration_server_at_home(string edit, string finding)
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        WorldEdit.Make(world, edit);

        var report = Assert.Single(await world.Engine.GetServerReportsAsync(DrWorld.Azure, ServerRole.ProcessServer));

        var found = report.Checks.Where(check => !check.Passed).Select(check => check.Finding!).ToArray();
        Assert.Equal(finding, string.Join(' ', found.Select(error => error.Id)));
        Assert.All(found.Where(error => error.Id == "ProcessServerCut"), error => Assert.Contains($"of {DrWorld.Home}", error.Message, StringComparison.Ordinal));
    }
}
