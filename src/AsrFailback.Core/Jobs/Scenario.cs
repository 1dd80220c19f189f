using AsrFailback.Core.Plans;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Jobs;

/// <summary>A task as a scenario lists it.</summary>
/// <param name="Name">The service's task name where it was seen, ours otherwise.</param>
/// <param name="FriendlyName">Name for people.</param>
public sealed record ScenarioTask(string Name, string FriendlyName);

/// <summary>What a command does, in the service's words: one scenario and its tasks in order.</summary>
/// <param name="Name">Scenario name.</param>
/// <param name="FriendlyName">Name for people.</param>
/// <param name="Operation">The cell of the phase table it belongs to; null for a command that works on no item.</param>
/// <param name="Tasks">Tasks in order.</param>
public sealed record Scenario(string Name, string FriendlyName, ProtectionOperation? Operation, IReadOnlyList<ScenarioTask> Tasks)
{
    /// <summary>Name of the drill's scenario (ours).</summary>
    public const string DrillName = "Drill";

    /// <summary>From this task on a job is not stopped any more; null when it may be stopped before every task.</summary>
    public string? PointOfNoReturn { get; init; }

    /// <summary>Index of the first task that is not stopped; the number of tasks when there is none.</summary>
    public int FirstUnstoppable => Tasks.TakeWhile(task => task.Name != PointOfNoReturn).Count();

    private static readonly Scenario AddFabricScenario = new("AddFabric", "Add fabric", null,
        [new("RegisterFabric", "Registering the site")]);

    private static readonly Scenario RemoveFabricScenario = new("RemoveFabric", "Remove fabric", null,
        [new("UnregisterFabric", "Letting go of the site")]);

    private static readonly Scenario ServerScenario = new("ChangeInventory", "Change servers of a fabric", null,
        [new("ChangeInventory", "Changing the inventory")]);

    private static readonly Scenario RegisterServerScenario = new("RegisterConfigurationServer", "Register configuration server", null,
        [new("RegisterConfigurationServer", "Registering the configuration server")]);

    private static readonly Scenario BackupScenario = new("BackupConfigurationServer", "Back up configuration server", null,
        [new("SaveDatabase", "Saving the database")]);

    private static readonly Scenario RestoreScenario = new("RestoreConfigurationServer", "Restore configuration server", null,
    [
        new("RestorePrerequisitesCheck", "Prerequisite check"),
        new("RestoreDatabase", "Restoring the database"),
    ]);

    private static readonly Scenario DeployScenario = new("DeployProcessServer", "Deploy process server", null,
    [
        new("DeployPrerequisitesCheck", "Prerequisite check"),
        new("DeployProcessServer", "Deploying the process server"),
        new("RegisterProcessServer", "Registering with the configuration server"),
    ]);

    private static readonly Scenario ImportScenario = new("ImportMachine", "Import machine", null,
    [
        new("ImportPrerequisitesCheck", "Prerequisite check"),
        new("CopyImages", "Copying the disk images"),
    ]);

    private static readonly Scenario EnableScenario = new("EnableDr", "Enable replication", ProtectionOperation.Enable,
    [
        new("EnablePrerequisitesCheck", "Prerequisite check"),
        new("CreateReplica", "Creating the replica disks"),
        new("InitialReplication", "Initial replication"),
    ]);

    private static readonly Scenario PointScenario = new("CreateRecoveryPoint", "Create recovery point", ProtectionOperation.CreatePoint,
        [new("MarkRecoveryPoint", "Marking the recovery point")]);

    private static readonly Scenario TestFailoverScenario = new("TestFailover", "Test failover", ProtectionOperation.TestFailover,
    [
        new("VmTestFailoverPrerequisitesCheck", "Prerequisites check for test failover"),
        new("VmTestFailover", "Create test virtual machine"),
        new("VmStartTestVm", "Start the test virtual machine"),
    ]);

    private static readonly Scenario CleanUpScenario = new("TestFailoverCleanup", "Test failover cleanup", ProtectionOperation.CleanUpTestFailover,
        [new("VmTestFailoverCleanup", "Cleaning up the test virtual machine")]);

    private static readonly ScenarioTask ShutDown = new("VmShutdownVmOnPrimary", "Shut down the virtual machine");
    private static readonly ScenarioTask Switch = new("VmFailover", "Start failover");
    private static readonly ScenarioTask Start = new("VmFoStartVmOnSecondary", "Start the replica virtual machine");

    private static readonly Scenario FailoverScenario = new("UnplannedFailover", "Failover", ProtectionOperation.Failover,
    [
        new("VmUfoPrerequisitesCheck", "Prerequisites check for failover"),
        ShutDown,
        new("VmPrepareForUnPlannedFailover", "Synchronizing the latest changes"),
        Switch,
        Start,
    ])
    {
        PointOfNoReturn = Switch.Name,
    };

    private static readonly ScenarioTask SendLastChanges = new("VmPrepareForPlannedFailover", "Synchronizing the latest changes");
    private static readonly ScenarioTask CheckPlanned = new("VmPfoPrerequisitesCheck", "Prerequisites check for planned failover");
    private static readonly ScenarioTask PrepareHome = new("VmPrepareForFailback", "Preparing the disks at home");

    private static readonly Scenario PlannedFailoverScenario = Planned([CheckPlanned, ShutDown, SendLastChanges, Switch, Start]);

    private static readonly Scenario SyncBeforeScenario = Planned(
    [
        CheckPlanned, PrepareHome, new("VmDataSynchronization", "Synchronizing the data"), new("VmCompleteFailover", "Waiting for the failover to be completed"),
        ShutDown, SendLastChanges, Switch, Start,
    ]);

    private static readonly Scenario SyncDuringScenario = Planned([CheckPlanned, PrepareHome, ShutDown, new("VmDataDownload", "Downloading all data"), Switch, Start]);

    private static readonly Scenario CommitScenario = new("CommitFailover", "Commit", ProtectionOperation.Commit,
    [
        new("VmCommitPrerequisitesCheck", "Prerequisite check"),
        new("VmCommit", "Commit"),
    ]);

    private static readonly Scenario CommitAndReverseScenario = CommitScenario with
    {
        Tasks = [.. CommitScenario.Tasks, new("VmReverseReplication", "Reversing the replication")],
    };

    private static readonly Scenario ChangePointScenario = new("ChangeRecoveryPoint", "Change recovery point", ProtectionOperation.SwitchPoint,
    [
        new("VmChangePitPrerequisitesCheck", "Prerequisite check"),
        new("VmChangePitShutdown", "Shut down the virtual machine"),
        new("VmChangePit", "Bring the disks to the recovery point"),
        new("VmChangePitStart", "Start the virtual machine"),
    ])
    {
        PointOfNoReturn = "VmChangePitShutdown",
    };

    private static readonly Scenario CancelFailoverScenario = new("CancelFailover", "Cancel failover", ProtectionOperation.CancelFailover,
    [
        new("VmCancelFailoverPrerequisitesCheck", "Prerequisite check"),
        new("VmCancelFailoverShutdown", "Shut down the virtual machine"),
        new("VmCancelFailover", "Bring the replica to the latest"),
        new("VmCancelFailoverStart", "Start the virtual machine at its source"),
    ])
    {
        PointOfNoReturn = "VmCancelFailoverShutdown",
    };

    private static readonly Scenario ReprotectScenario = new("SwitchReplicationGroupProtection", "Reprotect", ProtectionOperation.Reprotect,
    [
        new("SwitchReplicationGroupProtectionPreflightTask", "Prerequisite check"),
        new("DiscoverReplicaTask", "Discovering replica virtual machine"),
        new("GetSwitchProtectionRequirementsTask", "Getting reprotection requirements"),
        new("ProtectReplicaTask", "Reprotecting virtual machine"),
    ]);

    private static readonly Scenario DisableScenario = new("DisableDr", "Disable replication", ProtectionOperation.Disable,
        [new("DisableProtection", "Disabling protection")]);

    private static readonly Scenario MigrationScenario = new("CompleteMigration", "Complete migration", ProtectionOperation.CompleteMigration,
    [
        new("CompleteMigrationPrerequisitesCheck", "Prerequisite check"),
        new("CompleteMigration", "Completing the migration"),
    ]);

    private static readonly Scenario RepairScenario = new("RepairReplication", "Repair replication", ProtectionOperation.Repair,
    [
        new("RepairReplicationPrerequisitesCheck", "Prerequisite check"),
        new("ReadReplica", "Reading the replica"),
        new("FetchDamagedBlocks", "Fetching damaged blocks"),
    ]);

    private static readonly Scenario UpdateScenario = new("UpdateReplicationProtectedItem", "Update protection", ProtectionOperation.Update,
        [new("UpdateProtection", "Updating the protection")]);

    private static readonly Scenario SavePlanScenario = new("SaveRecoveryPlan", "Save recovery plan", null,
        [new("SaveRecoveryPlan", "Saving the recovery plan")]);

    private static readonly Scenario RemovePlanScenario = new("RemoveRecoveryPlan", "Remove recovery plan", null,
        [new("RemoveRecoveryPlan", "Removing the recovery plan")]);

    private static readonly Scenario NetworkScenario = new("MapNetworks", "Map networks", null,
        [new("MapNetworks", "Mapping the network")]);

    private static readonly Scenario CertificateScenario = new("IssueEncryptionCertificate", "Issue encryption certificate", null,
        [new("IssueEncryptionCertificate", "Issuing the certificate of the cloud")]);

    private static readonly Scenario DrillScenario = new(DrillName, "Disaster recovery drill", null,
    [
        new("BuildSites", "Build the two sites"),
        new("Protect", "Enable protection, initial replication"),
        new("Points", "Workload and recovery points"),
        new("TestFailover", "Test failover, compared, cleaned up"),
        new("Failover", "Source dies: failover to Azure"),
        new("Commit", "Commit in Azure, workload goes on"),
        new("Reprotect", "Reprotect: only the delta goes home"),
        new("Failback", "Fail back, every block compared"),
        new("CommitFailback", "Commit the failback"),
        new("ProtectAgain", "Protect again from the seed"),
    ]);

    /// <summary>The scenario of a command.</summary>
    public static Scenario Of(FailbackCommand command) => command switch
    {
        AddFabric => AddFabricScenario,
        RemoveFabric => RemoveFabricScenario,
        RegisterProcessServer or UnregisterProcessServer or RegisterMasterTarget or UnregisterMasterTarget => ServerScenario,
        RegisterConfigurationServer => RegisterServerScenario,
        BackupConfigurationServer => BackupScenario,
        RestoreConfigurationServer => RestoreScenario,
        DeployProcessServer => DeployScenario,
        MapNetwork or UnmapNetwork => NetworkScenario,
        IssueEncryptionCertificate => CertificateScenario,
        ImportMachine => ImportScenario,
        EnableProtection => EnableScenario,
        UpdateProtection => UpdateScenario,
        SaveRecoveryPlan or AddRecoveryPlanAction or RemoveRecoveryPlanAction => SavePlanScenario,
        RemoveRecoveryPlan => RemovePlanScenario,
        RunRecoveryPlan run => OfPlan(run),
        CreateRecoveryPoint => PointScenario,
        StartTestFailover => TestFailoverScenario,
        CleanUpTestFailover => CleanUpScenario,
        StartFailover { DataSync: DataSync.BeforeFailover } => SyncBeforeScenario,
        StartFailover { DataSync: DataSync.DuringFailover } => SyncDuringScenario,
        StartFailover { Type: FailoverType.Planned } => PlannedFailoverScenario,
        StartFailover => FailoverScenario,
        CommitFailover { Reverses: true } => CommitAndReverseScenario,
        CommitFailover => CommitScenario,
        SwitchRecoveryPoint => ChangePointScenario,
        CancelFailover => CancelFailoverScenario,
        Reprotect => ReprotectScenario,
        DisableProtection => DisableScenario,
        CompleteMigration => MigrationScenario,
        RepairReplication => RepairScenario,
        RunDrill => DrillScenario,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No scenario"),
    };

    private static Scenario Planned(IReadOnlyList<ScenarioTask> tasks) => new("PlannedFailover", "Planned failover", ProtectionOperation.Failover, tasks)
    {
        PointOfNoReturn = Switch.Name,
    };

    private static Scenario OfPlan(RunRecoveryPlan run)
    {
        var machine = Of(run.Commands.First());
        return new Scenario($"RecoveryPlan{machine.Name}", $"{machine.FriendlyName} of a recovery plan", null, [.. PlanSchedule.Of(run).Select(step => step.Task)]);
    }
}
