using System.Collections;
using System.Globalization;
using System.Management.Automation;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>What an operation on a machine is told beside its kind; what is null is left to the engine.</summary>
internal sealed record MachineValues
{
    private static readonly string[] Keys =
        [nameof(RecoveryPoint), nameof(Network), nameof(Fabric), nameof(MasterTarget), nameof(ProcessServer), nameof(Datastore), nameof(RetentionVolume), nameof(ProtectionGroup), nameof(Policy), nameof(SkipSourceShutdown), nameof(ShutdownTimeout), nameof(RollBackAfter), nameof(DataSync), nameof(CreateMachine), nameof(VMHost), nameof(AllowOlderPoint), nameof(SkipCheck)];

    public string RecoveryPoint { get; init; } = PointChoice.Latest;

    public string? Network { get; init; }

    public string? Fabric { get; init; }

    public string? MasterTarget { get; init; }

    public string? ProcessServer { get; init; }

    public string? Datastore { get; init; }

    public string? RetentionVolume { get; init; }

    public string? ProtectionGroup { get; init; }

    public string? Policy { get; init; }

    public bool SkipSourceShutdown { get; init; }

    public TimeSpan? ShutdownTimeout { get; init; }

    public TimeSpan? RollBackAfter { get; init; }

    public DataSync? DataSync { get; init; }

    public bool CreateMachine { get; init; }

    public string? VMHost { get; init; }

    public bool AllowOlderPoint { get; init; }

    public FailoverDirection? Direction { get; init; }

    public string[]? SkipCheck { get; init; }

    /// <summary>One for all machines; its file is no value of a single one.</summary>
    public EncryptionCertificate? EncryptionCertificate { get; init; }

    /// <summary>These values, with those of a hashtable in their place.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: a key that means nothing.</exception>
    public MachineValues With(IDictionary values)
    {
        var changed = this;
        foreach (DictionaryEntry entry in values)
        {
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            var text = value is DateTime or DateTimeOffset ? PointTime.TextOf((IFormattable)value) : Convert.ToString(value, CultureInfo.InvariantCulture);
            changed = Keys.FirstOrDefault(key => string.Equals(key, entry.Key.ToString(), StringComparison.OrdinalIgnoreCase)) switch
            {
                nameof(RecoveryPoint) => changed with { RecoveryPoint = text ?? PointChoice.Latest },
                nameof(Network) => changed with { Network = text },
                nameof(Fabric) => changed with { Fabric = text },
                nameof(MasterTarget) => changed with { MasterTarget = text },
                nameof(ProcessServer) => changed with { ProcessServer = text },
                nameof(Datastore) => changed with { Datastore = text },
                nameof(RetentionVolume) => changed with { RetentionVolume = text },
                nameof(ProtectionGroup) => changed with { ProtectionGroup = text },
                nameof(Policy) => changed with { Policy = text },
                nameof(SkipSourceShutdown) => changed with { SkipSourceShutdown = Switch(entry, value) },
                nameof(ShutdownTimeout) => changed with { ShutdownTimeout = Duration(entry, value) },
                nameof(RollBackAfter) => changed with { RollBackAfter = Duration(entry, value) },
                nameof(DataSync) => changed with { DataSync = LanguagePrimitives.ConvertTo<DataSync?>(value) },
                nameof(CreateMachine) => changed with { CreateMachine = Switch(entry, value) },
                nameof(VMHost) => changed with { VMHost = text },
                nameof(AllowOlderPoint) => changed with { AllowOlderPoint = Switch(entry, value) },
                nameof(SkipCheck) => changed with { SkipCheck = Several(value) },
                _ => throw ErrorCatalogue.Exception("ArgumentInvalid", "Machine", Messages.Get("UnknownValue", entry.Key, string.Join(", ", Keys))),
            };
        }

        return changed;
    }

    // A cell of a file is a text: any but an empty one would be true.
    internal static bool? TrueOrFalse(object? value) => value is not string text ? LanguagePrimitives.IsTrue(value) : bool.TryParse(text, out var wanted) ? wanted : null;

    private static bool Switch(DictionaryEntry entry, object? value) =>
        TrueOrFalse(value) ?? throw ErrorCatalogue.Exception("ArgumentInvalid", "Machine", Messages.Get("NotTrueOrFalse", entry.Key, value!));

    // A bare number would be days to one reader and ticks to another.
    private static TimeSpan? Duration(DictionaryEntry entry, object? value) => value switch
    {
        null => null,
        TimeSpan duration => duration,
        string text when text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) => duration,
        _ => throw ErrorCatalogue.Exception("ArgumentInvalid", "Machine", Messages.Get("NotADuration", entry.Key, value)),
    };

    private static string[]? Several(object? value) =>
        value is string text ? text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : LanguagePrimitives.ConvertTo<string[]>(value);

    /// <summary>The command of an operation on a machine.</summary>
    public ItemCommand CommandFor(ReadinessOperation operation, string item, Guid? point) => operation switch
    {
        ReadinessOperation.Reprotect => new Reprotect(item, MasterTarget, ProcessServer)
        {
            Fabric = Fabric, Datastore = Datastore, RetentionVolume = RetentionVolume, ProtectionGroup = ProtectionGroup, Policy = Policy, SkipChecks = SkipCheck,
        },
        ReadinessOperation.TestFailover => new StartTestFailover(item, point, Network) { EncryptionCertificate = EncryptionCertificate, SkipChecks = SkipCheck },
        ReadinessOperation.CleanUpTestFailover => new CleanUpTestFailover(item) { SkipChecks = SkipCheck },
        ReadinessOperation.PlannedFailover => Failover(item, point) with
        {
            ShutDownSource = true, Type = FailoverType.Planned, DataSync = DataSync, CreateMachine = CreateMachine, VMHost = VMHost, Fabric = Fabric, AllowOlderPoint = AllowOlderPoint,
        },
        ReadinessOperation.UnplannedFailover => Failover(item, point),
        ReadinessOperation.Failback => Failover(item, point) with { Direction = FailoverDirection.ToHome },
        ReadinessOperation.SwitchRecoveryPoint => new SwitchRecoveryPoint(item, point) { SkipChecks = SkipCheck },
        ReadinessOperation.CancelFailover => new CancelFailover(item) { SkipChecks = SkipCheck },
        _ => new CommitFailover(item) { SkipChecks = SkipCheck },
    };

    private StartFailover Failover(string item, Guid? point) => new(item, point, !SkipSourceShutdown)
    {
        ShutdownTimeout = ShutdownTimeout, RollBackAfter = RollBackAfter, Direction = Direction, EncryptionCertificate = EncryptionCertificate, SkipChecks = SkipCheck,
    };

    /// <summary>The same with the machine's recovery point looked up, where the operation needs one.</summary>
    /// <param name="service">The vault.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="item">The machine's item.</param>
    /// <param name="common">Whether a machine of a replication group takes a point that all of them have (FB-03).</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="AsrException"><c>ItemNotFound</c>, <c>PointNotFound</c>, <c>NoAppConsistentPoint</c>.</exception>
    public async Task<ItemCommand> CommandForAsync(IFailbackService service, ReadinessOperation operation, string item, bool common, CancellationToken cancellation) =>
        CommandFor(operation, item, UsesPoint(operation) ? await new PointChoice(RecoveryPoint).FindAsync(service, item, common, cancellation).ConfigureAwait(false) : null);

    private static bool UsesPoint(ReadinessOperation operation) =>
        operation is not (ReadinessOperation.Reprotect or ReadinessOperation.CleanUpTestFailover or ReadinessOperation.Commit or ReadinessOperation.CancelFailover);
}
