using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// Everything a check may look at: the item, what is asked for, and both sites at one moment. Not thread-safe: what is
/// chosen is looked up once.
/// </summary>
public sealed class Situation
{
    private readonly Lazy<IReadOnlyList<MachineNic>> _nicsOnArrival;
    private readonly Lazy<MasterTarget?> _masterTarget;
    private readonly Lazy<ProcessServer?> _processServer;

    /// <summary>A situation; what is chosen is looked up when a check asks.</summary>
    public Situation()
    {
        _nicsOnArrival = new(FindNics, isThreadSafe: false);
        _masterTarget = new(FindMasterTarget, isThreadSafe: false);
        _processServer = new(FindProcessServer, isThreadSafe: false);
    }

    /// <summary>The item; where the way home leads to another site than its home, or in the other direction, as it will be then.</summary>
    public required ProtectionFacts Facts { get; init; }

    /// <summary>What is to be done.</summary>
    public required ProtectionOperation Operation { get; init; }

    /// <summary>What surrounds the item's phase.</summary>
    public required Surroundings Around { get; init; }

    /// <summary>The moment, UTC.</summary>
    public DateTimeOffset NowUtc { get; init; }

    /// <summary>How long new things of an inventory take to show (TO-10).</summary>
    public TimeSpan DiscoveryDelay { get; init; } = Discovery.UsualDelay;

    /// <summary>How the target's inventory is discovered.</summary>
    public Discovery TargetDiscovery => new(NowUtc, Target.Inventory.RefreshedUtc, DiscoveryDelay);

    /// <summary>The command; null when only the operation is asked about.</summary>
    public ItemCommand? Command { get; init; }

    /// <summary>The site that data would come from.</summary>
    public SiteView Source { get; init; } = Nowhere;

    /// <summary>Why the machine cannot be looked at although its site answers; null when it can, or the site does not answer.</summary>
    public AsrError? SourceFault { get; init; }

    /// <summary>The site that data would go to.</summary>
    public SiteView Target { get; init; } = Nowhere;

    /// <summary>The site that was its home until now, where a reprotect leads to another one; null otherwise.</summary>
    public SiteView? FormerHome { get; init; }

    /// <summary>Whether it is a failover that has to send the data first: home from Azure to Hyper-V (FB-05).</summary>
    public bool BringsDataHome => Operation == ProtectionOperation.Failover && Facts.BringsDataHome;

    /// <summary>Whether data will go the other way than it went last.</summary>
    public bool TurnsAround => Operation == ProtectionOperation.Reprotect || BringsDataHome;

    /// <summary>Whether the way home leads to another site than the item's home.</summary>
    public bool MovesHome => FormerHome is not null;

    /// <summary>The site that the command names to come home to; null for the item's home.</summary>
    public string? NamedHome => Reprotect?.Fabric ?? (BringsDataHome ? Failover?.Fabric : null);

    /// <summary>The site that a command names to come home to and the vault does not know; null otherwise.</summary>
    public string? UnknownHome { get; init; }

    /// <summary>The sites of the vault that can take the machine home, by name; looked up when a refusal names them (RP-10, RP-15).</summary>
    public Lazy<IReadOnlyList<string>> PossibleHomes { get; init; } = new([]);

    /// <summary>The machine at the source; null when it is not there.</summary>
    public Machine? Machine => Source.Find(Facts.Item);

    /// <summary>The machine at the target; null when it is not there.</summary>
    public Machine? Replica => Target.Find(Facts.Item);

    /// <summary>The network interfaces the machine will have at the target (FO-12).</summary>
    public IReadOnlyList<MachineNic> NicsOnArrival => _nicsOnArrival.Value;

    /// <summary>The machine, or while it is not there the one that waits for it; null when there is neither.</summary>
    public Machine? EitherMachine => Machine ?? Replica;

    /// <summary>The machine's operating system family, as far as any site knows it.</summary>
    public string OperatingSystem => EitherMachine?.OperatingSystem ?? "Linux";

    /// <summary>The command as a reprotect.</summary>
    public Reprotect? Reprotect => Command as Reprotect;

    /// <summary>The command as a change of the policy.</summary>
    public UpdateProtection? Update => Command as UpdateProtection;

    /// <summary>The command as a failover.</summary>
    public StartFailover? Failover => Command as StartFailover;

    /// <summary>The recovery point the command names; null for the latest.</summary>
    public Guid? PointId => Failover?.PointId ?? (Command as StartTestFailover)?.PointId ?? (Command as SwitchRecoveryPoint)?.PointId;

    /// <summary>The certificate the command brings; null for none (FO-06).</summary>
    public EncryptionCertificate? EncryptionCertificate => Failover?.EncryptionCertificate ?? (Command as StartTestFailover)?.EncryptionCertificate;

    /// <summary>How the data is encrypted that lies in Azure; null where nothing lies there that is (FO-06).</summary>
    public CloudEncryption? Encryption => Facts.FailoverFrom == Side.Home ? Facts.Encryption : null;

    /// <summary>The master target that would be used, or is used; null when there is none.</summary>
    public MasterTarget? MasterTarget => _masterTarget.Value;

    /// <summary>Its host; null when it is not known.</summary>
    public EsxiHost? MasterTargetHost => MasterTarget is { } server ? Target.FindHost(server.Host) : null;

    /// <summary>The process server that would be used; null when there is none.</summary>
    public ProcessServer? ProcessServer => _processServer.Value;

    /// <summary>Whether the source's inventory can be looked at.</summary>
    public bool SeesSource => Source.Inventory.Reachable;

    /// <summary>Whether the target's inventory can be looked at.</summary>
    public bool SeesTarget => Target.Inventory.Reachable;

    /// <summary>Whether data would go to ESXi hosts that can be looked at.</summary>
    public bool GoesToVSphere => SeesTarget && Target.Inventory.Kind.IsVSphere();

    /// <summary>Whether data would go to an Azure that can be looked at.</summary>
    public bool GoesToAzure => SeesTarget && Target.Inventory.Kind == FabricKind.Azure;

    /// <summary>Whether a machine of a family of operating systems comes home to ESXi hosts that can be looked at.</summary>
    public bool ComesHome(string family) => GoesToVSphere && Words.Same(OperatingSystem, family);

    /// <summary>How many disks the machine has; 1, the least there can be, while no site knows it.</summary>
    public int DiskCount => EitherMachine?.Disks.Count ?? 1;

    /// <summary>Slots of a master target that are taken, or promised to another machine.</summary>
    public int UsedSlots(MasterTarget server) => server.AttachedDisks + Around.ReservedSlots.GetValueOrDefault(server.Name);

    /// <summary>Whether a master target has slots for all of the machine's disks (MT-08).</summary>
    public bool HasFreeSlots(MasterTarget server) => UsedSlots(server) + DiskCount <= MasterTargetRules.MaxDisks;

    private IReadOnlyList<MachineNic> FindNics() => NicPlan.OnArrival(Facts, Around.NetworkMappings, Machine, Replica, Target.Inventory.Networks);

    private MasterTarget? FindMasterTarget() =>
        MasterTargetRules.Choose(Target.Inventory, Reprotect is { } command ? command.MasterTarget : Facts.MasterTarget, OperatingSystem, HasFreeSlots);

    private ProcessServer? FindProcessServer() =>
        ServerRules.Choose(Source, Target, Operation == ProtectionOperation.Reprotect ? Reprotect?.ProcessServer : Facts.ProcessServer, NowUtc);

    private static readonly SiteView Nowhere = new(new InventorySnapshot { Fabric = "", Kind = FabricKind.Azure, Reachable = false, Connected = false });
}
