using System.Security;
using System.Text.Json;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>Scenarios and tasks carry the service's names where the service was seen.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Commands => [.. EveryCommand().Keys];

    [RecordedFact]
    public void A_reprotect_has_the_recorded_scenario_and_tasks()
    {
        var recorded = RecordedExchange.Read("01-a2v-reprotect.json").GetProperty("job_first_poll").GetProperty("properties");

        AssertSame(recorded, Scenario.Of(new Reprotect("web01")));
    }

    [RecordedFact]
    public void A_failover_has_the_recorded_scenario_and_tasks()
    {
        var recorded = RecordedExchange.Read("02-a2v-failback-failover-commit.json").GetProperty("job_last_poll").GetProperty("properties");

        AssertSame(recorded, Scenario.Of(new StartFailover("web01", null, ShutDownSource: false)));
    }

    [RecordedFact]
    public void A_commit_has_the_recorded_scenario_and_tasks()
    {
        var recorded = RecordedExchange.Read("02-a2v-failback-failover-commit.json").GetProperty("commit_job_last_poll").GetProperty("properties");

        AssertSame(recorded, Scenario.Of(new CommitFailover("web01")));
    }

    [Theory]
    [Requirement("FO-11")]
    [MemberData(nameof(Commands))]
    public void Every_command_has_a_scenario_with_tasks_of_distinct_names(string name)
    {
        var scenario = Scenario.Of(EveryCommand()[name]);

        Assert.NotEmpty(scenario.Tasks);
        Assert.Equal(scenario.Tasks.Count, scenario.Tasks.DistinctBy(task => task.Name).Count());
    }

    [Fact]
    [Requirement("FO-11")]
    public void Every_operation_of_the_phase_table_belongs_to_one_command()
    {
        var operations = EveryCommand().Values.Select(command => Scenario.Of(command).Operation).OfType<ProtectionOperation>();

        Assert.Equal(Enum.GetValues<ProtectionOperation>(), operations.Order());
    }

    [Fact]
    public void Every_kind_of_command_is_covered_here()
    {
        var kinds = typeof(FailbackCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FailbackCommand)) && !type.IsAbstract);

        Assert.Equal(kinds.Select(kind => kind.Name).Order(StringComparer.Ordinal), EveryCommand().Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_survives_being_stored(string name)
    {
        var command = EveryCommand()[name];

        var again = JsonSerializer.Deserialize<FailbackCommand>(JsonSerializer.Serialize(command));

        Assert.Equal(JsonSerializer.Serialize(command), JsonSerializer.Serialize(again));
        Assert.IsType(command.GetType(), again);
    }

    [Fact]
    public void A_passphrase_is_not_stored_with_its_command()
    {
        using var passphrase = new SecureString();
        passphrase.AppendChar('x');
        var command = (DeployProcessServer)EveryCommand()[nameof(DeployProcessServer)] with { Passphrase = passphrase };

        var stored = JsonSerializer.Serialize<FailbackCommand>(command);

        Assert.DoesNotContain("assphrase", stored, StringComparison.Ordinal);
        Assert.Null(((DeployProcessServer)JsonSerializer.Deserialize<FailbackCommand>(stored)!).Passphrase);
    }

    internal static Dictionary<string, FailbackCommand> EveryCommand()
    {
        FailbackCommand[] commands =
        [
            new AddFabric("azure", "sites/azure", FabricKind.Azure),
            new RemoveFabric("azure"),
            new RegisterProcessServer("onprem", new ProcessServer("ps02", 9443)),
            new UnregisterProcessServer("onprem", "ps02"),
            new RegisterMasterTarget("onprem", "mt02", "esxi01"),
            new UnregisterMasterTarget("onprem", "mt02"),
            new RegisterConfigurationServer("onprem", "cs01", "10.0.0.2", "1:AAAA:AAAA"),
            new BackupConfigurationServer("onprem", "/backups/cs01.json"),
            new RestoreConfigurationServer("onprem", "/backups/cs01.json", "10.0.0.3", AllowOtherAddress: true),
            new DeployProcessServer("azure", "ps02", "10.0.0.2", "vnet", "10.1.0.9", "admin"),
            new MapNetwork("onprem", "lan", "azure", "vnet"),
            new IssueEncryptionCertificate("vmm", "gold"),
            new UnmapNetwork("onprem", "lan", "azure"),
            new ImportMachine("onprem", "web02", "Linux", ["/images/os.img"]),
            new EnableProtection("web01", "onprem", "azure", ReplicationPolicy.Default),
            new UpdateProtection("web01", ReplicationPolicy.Default with { Quiesce = new QuiesceScripts("/scripts/freeze", "/scripts/thaw"), AppConsistentInterval = TimeSpan.FromHours(1) }),
            new CreateRecoveryPoint("web01", "before the update") { AppConsistent = true },
            new StartTestFailover("web01", Guid.Empty, "vnet"),
            new CleanUpTestFailover("web01"),
            new StartFailover("web01", Guid.Empty, ShutDownSource: true) { Type = FailoverType.Planned, Direction = FailoverDirection.ToHome },
            new CommitFailover("web01"),
            new SwitchRecoveryPoint("web01", null),
            new CancelFailover("web01"),
            new Reprotect("web01", "mt01", "ps01") { Datastore = "ds1", RetentionVolume = "/mnt/retention", SkipChecks = ["MasterTargetSetup"] },
            new DisableProtection("web01"),
            new CompleteMigration("web01"),
            new RepairReplication("web01"),
            new SaveRecoveryPlan(new RecoveryPlan("shop", [new RecoveryPlanGroup(["db01"]), new RecoveryPlanGroup(["web01", "web02"])]), Replace: true),
            new RemoveRecoveryPlan("shop"),
            new AddRecoveryPlanAction("shop", new PlanActionPlace(2, AtEnd: true), new ScriptAction("warm up", "warm.ps1", new string('a', 64)) { Parameters = [new("Port", ScriptParameterType.Number, "80")] }),
            new RemoveRecoveryPlanAction("shop", "warm up"),
            new RunRecoveryPlan("shop", [new PlannedGroup([new Reprotect("web01", "mt01")]) { Actions = new([new ManualAction("look", "Look at it.")], [new RunbookAction("tell", "https://ops.example")]) }, new PlannedGroup([new Reprotect("web02") { SkipChecks = ["MasterTargetSetup"] }])]),
            new RunDrill(new DrillOptions(1, 1, 1, 1, DrillMutation.None, [])),
        ];
        return commands.ToDictionary(command => command.GetType().Name);
    }

    // Commits are optional steps of a recorded reprotect: the service lists one as skipped.
    private static void AssertSame(JsonElement recorded, Scenario scenario)
    {
        Assert.Equal(recorded.GetProperty("scenarioName").GetString(), scenario.Name);
        Assert.Equal(recorded.GetProperty("friendlyName").GetString(), scenario.FriendlyName);
        var tasks = recorded.GetProperty("tasks").EnumerateArray()
            .Where(task => task.GetProperty("name").GetString() != "VmCommitFailover")
            .Select(task => (Name: task.GetProperty("name").GetString()!, Friendly: task.GetProperty("friendlyName").GetString()!))
            .Select(task => (task.Name, task.Friendly.Replace(" (1)", "", StringComparison.Ordinal)));
        Assert.Equal(tasks, scenario.Tasks.Select(task => (task.Name, task.FriendlyName)));
    }
}
