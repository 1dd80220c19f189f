using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Readiness;
using AsrFailback.Core.Servers;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Servers;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>An operation on the configuration server of a VMware site.</summary>
internal abstract class ConfigurationServerOperation(FabricCommand command, FailbackEngine engine) : Operation(command, engine)
{
    /// <summary>The site.</summary>
    protected EmbeddedSite Site => Engine.Site(command.Fabric);

    /// <summary>The saved databases.</summary>
    protected ConfigurationBackups Backups => new(Engine.Options.Files, Engine.Vault.Path, command.Fabric);

    /// <inheritdoc/>
    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var known = Engine.FabricPath(command.Fabric) is not null;
        var site = known ? Site.Snapshot() : null;
        return
        [
            CheckResult.Of("Fabric", "TO-01", known, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric)),
            .. site is null ? [] : new[]
            {
                CheckResult.Of("SiteReachable", "TO-01", site.Reachable, () => ErrorCatalogue.Error("SiteUnreachable", command.Fabric)),
                CheckResult.Of("FabricKind", "TO-02", site.Kind.IsVSphere(), () => ErrorCatalogue.Error("ConfigurationServerNotHere", command.Fabric, site.Kind)),
            },
            .. site is { Reachable: true } && site.Kind.IsVSphere() ? CheckServer(site) : [],
        ];
    }

    /// <summary>What else must hold, at a site that is there.</summary>
    protected abstract IEnumerable<CheckResult> CheckServer(InventorySnapshot site);

    /// <summary>Machines and servers find it by its address: under another one they do not, unless there are none (TO-03).</summary>
    /// <param name="server">The server's name.</param>
    /// <param name="before">The address it had; null when that is not known.</param>
    /// <param name="address">The one it is to get; null to keep it.</param>
    /// <param name="allowed">Whether the caller consents.</param>
    /// <param name="cutOff">What would not find it any more.</param>
    protected static CheckResult CheckAddress(string server, string? before, string? address, bool allowed, IReadOnlyList<string> cutOff)
    {
        if (address is not null && !ServerAddress.IsPossible(address))
        {
            return CheckResult.Of("Address", "TO-03", passed: false, () => ErrorCatalogue.Error("AddressInvalid", address));
        }

        if (address is null || before is null || cutOff.Count == 0 || string.Equals(address, before, StringComparison.OrdinalIgnoreCase))
        {
            return new CheckResult("Address", "TO-03", CheckState.Passed, address ?? "", null);
        }

        return new CheckResult(
            "Address", "TO-03", allowed ? CheckState.Warning : CheckState.Failed, address,
            ErrorCatalogue.Error(allowed ? "AddressOverridden" : "AddressDiffers", server, before, address, string.Join(", ", cutOff)));
    }
}

/// <summary>Registers the configuration server of a site, or changes it.</summary>
internal sealed class RegisterConfigurationServerOperation(RegisterConfigurationServer command, FailbackEngine engine)
    : ConfigurationServerOperation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Register];

    protected override IEnumerable<CheckResult> CheckServer(InventorySnapshot site) =>
    [
        CheckResult.Of("Name", "TO-02", ServerAddress.IsName(command.Name), () => ErrorCatalogue.Error("NameInvalid", command.Name)),
        CheckAddress(command.Name, site.ConfigurationServer?.Address, command.Address, command.AllowOtherAddress, CutOff(site.ConfigurationServer)),
    ];

    private static IReadOnlyList<string> CutOff(ConfigurationServer? server) => server is null ? [] : [.. server.Machines ?? [], .. server.Servers];

    private Task Register(TaskContext context)
    {
        context.WarnOnce([.. RequireReady(context.JobName).Select(ReadinessRules.WarningOf).OfType<AsrError>()]);
        var known = Site.Snapshot().ConfigurationServer ?? new ConfigurationServer(command.Name);
        Site.PutConfigurationServer(known with { Name = command.Name, Address = command.Address ?? known.Address });
        Engine.ChangeDatabase(command.Fabric, database => (database with
        {
            PassphraseHash = command.PassphraseHash ?? database.PassphraseHash,
            Machines = [.. database.Machines.Union(Engine.MachinesOf(command.Fabric), StringComparer.OrdinalIgnoreCase)],
        }).RegisteredAt(known.Address ?? command.Address));

        return Task.CompletedTask;
    }
}

/// <summary>Saves the database of a configuration server.</summary>
internal sealed class BackupConfigurationServerOperation(BackupConfigurationServer command, FailbackEngine engine)
    : ConfigurationServerOperation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Save];

    protected override IEnumerable<CheckResult> CheckServer(InventorySnapshot site) =>
    [
        CheckResult.Of("ConfigurationServer", "TO-03", site.ConfigurationServer is not null, () => ErrorCatalogue.Error("NoConfigurationServer", site.Fabric)),
        CheckResult.Of("FileFree", "TO-03", command.Path is null || !Engine.Options.Files.Exists(command.Path), () => ErrorCatalogue.Error("FileExists", command.Path!)),
    ];

    private Task Save(TaskContext context)
    {
        var decision = context.DecideOnce(() => new Decision(Engine.Options.Clock.GetUtcNow()));
        var server = Site.Snapshot().ConfigurationServer ?? throw ErrorCatalogue.Exception("NoConfigurationServer", command.Fabric);
        var database = (Site.Database ?? new ConfigurationDatabase { Machines = Engine.MachinesOf(command.Fabric) }) with { LastBackupUtc = decision.NowUtc };
        Backups.Write(command.Path ?? Backups.PathAt(decision.NowUtc), server, database, decision.NowUtc);
        Site.ReplaceDatabase(database);
        return Task.CompletedTask;
    }

    private sealed record Decision(DateTimeOffset NowUtc);
}

/// <summary>
/// Restores a configuration server. Machines and servers find it by its address: under another one it is refused, unless
/// the caller insists and is told what breaks (TO-03).
/// </summary>
internal sealed class RestoreConfigurationServerOperation(RestoreConfigurationServer command, FailbackEngine engine)
    : ConfigurationServerOperation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, Restore];

    protected override IEnumerable<CheckResult> CheckServer(InventorySnapshot site)
    {
        if ((command.Path ?? Backups.Newest) is not { } path)
        {
            return [CheckResult.Of("Backup", "TO-03", passed: false, () => ErrorCatalogue.Error("BackupMissing", command.Fabric))];
        }

        try
        {
            var backup = Backups.Read(path);
            return [
                CheckOwner(backup),
                CheckAddress(backup.Server, backup.Address, command.Address, command.AllowOtherAddress, [.. backup.Database.Machines, .. backup.Database.Servers]),
                CheckMachines(backup),
            ];
        }
        catch (AsrException unreadable)
        {
            return [CheckResult.Of("Backup", "TO-03", passed: false, () => unreadable.Error)];
        }
    }

    private CheckResult CheckOwner(ConfigurationBackup backup) => CheckResult.Of(
        "Owner", "TO-03", string.Equals(backup.Fabric, command.Fabric, StringComparison.OrdinalIgnoreCase),
        () => ErrorCatalogue.Error("BackupOfOther", backup.Fabric, command.Fabric));

    private CheckResult CheckMachines(ConfigurationBackup backup)
    {
        var missing = Engine.MachinesOf(command.Fabric).Except(backup.Database.Machines, StringComparer.OrdinalIgnoreCase).ToArray();
        return new CheckResult(
            "Machines", "TO-03", missing.Length == 0 ? CheckState.Passed : CheckState.Warning, backup.TakenUtc.ToString("u", CultureInfo.InvariantCulture),
            missing.Length == 0 ? null : ErrorCatalogue.Error("BackupLacksMachines", string.Join(", ", missing), backup.Server));
    }

    private Task Restore(TaskContext context)
    {
        var path = context.DecideOnce(() => new Decision(command.Path ?? Backups.Newest ?? throw ErrorCatalogue.Exception("BackupMissing", command.Fabric))).Path;
        var backup = Backups.Read(path);
        var known = Site.Snapshot().ConfigurationServer ?? new ConfigurationServer(backup.Server);
        Site.ReplaceDatabase(backup.Database.RegisteredAt(backup.Address));
        Site.PutConfigurationServer(known with { Name = backup.Server, Address = command.Address ?? backup.Address, Connected = true });
        return Task.CompletedTask;
    }

    private sealed record Decision(string Path);
}
