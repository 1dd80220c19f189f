using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>Lists the recovery plans of a vault.</summary>
[Cmdlet(VerbsCommon.Get, "AsrRecoveryPlan")]
[OutputType(typeof(RecoveryPlan))]
public sealed class GetAsrRecoveryPlanCommand : VaultCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Name, async (pump, cancellation) =>
    {
        var names = new NameChoice(Name, "PlanNotFound");
        foreach (var plan in (await Service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).Where(plan => names.Takes(plan.Name)))
        {
            pump.Write(plan);
        }

        pump.Errors(names);
    });
}

/// <summary>A cmdlet that keeps a recovery plan.</summary>
public abstract class SaveRecoveryPlanCmdlet : JobCmdlet
{
    /// <summary>The plan's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The groups in the order in which they are moved: each an item, or an array of items that are moved at once.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public object[] Group { get; set; } = [];

    /// <summary>More than 100 machines or 7 groups, which the service does not have: up to 1000 in 20.</summary>
    [Parameter]
    public SwitchParameter AllowLarge { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Submit(new SaveRecoveryPlan(new RecoveryPlan(Name, [.. Group.Select(GroupOf)]), Replace) { KeepActions = Replace, AllowLarge = AllowLarge });

    private protected abstract bool Replace { get; }

    private static RecoveryPlanGroup GroupOf(object group) => new((group is PSObject wrapped ? wrapped.BaseObject : group) switch
    {
        string item => [item],
        RecoveryPlanGroup known => known.Items,
        IEnumerable items => [.. items.Cast<object>().Select(NameOf)],
        var item => [NameOf(item)],
    });

    private static string NameOf(object item) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        ProtectedItem known => known.Name,
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}

/// <summary>Makes a recovery plan: machines in the order in which they are moved.</summary>
[Cmdlet(VerbsCommon.New, "AsrRecoveryPlan", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrRecoveryPlanCommand : SaveRecoveryPlanCmdlet
{
    private protected override bool Replace => false;
}

/// <summary>Gives a recovery plan other groups. What runs already is not changed by it.</summary>
[Cmdlet(VerbsCommon.Set, "AsrRecoveryPlan", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class SetAsrRecoveryPlanCommand : SaveRecoveryPlanCmdlet
{
    private protected override bool Replace => true;
}

/// <summary>Forgets recovery plans; their machines stay as they are.</summary>
[Cmdlet(VerbsCommon.Remove, "AsrRecoveryPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class RemoveAsrRecoveryPlanCommand : JobCmdlet
{
    /// <summary>Names of plans.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            Submit(new RemoveRecoveryPlan(name));
        }
    }
}

/// <summary>Carries out an operation on all machines of a recovery plan, group by group.</summary>
[Cmdlet(VerbsLifecycle.Start, "AsrRecoveryPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job), typeof(PreviewStep))]
public sealed class StartAsrRecoveryPlanCommand : JobCmdlet
{
    private EncryptionCertificate? _certificate;

    /// <summary>The plan's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The operation.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public ReadinessOperation Operation { get; set; }

    /// <summary>The recovery point of each machine of a failover: <c>Latest</c> or another word of Start-AsrFailover, a time, or a label.</summary>
    [Parameter]
    [Identity("Id")]
    public string RecoveryPoint { get; set; } = PointChoice.Latest;

    /// <summary>The network of a test failover; none by default, so that the machines are isolated.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public string? Network { get; set; }

    /// <summary>The site that a reprotect, or a planned failover from Azure, leads home to; by default the home of each machine.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(HomeCompleter))]
    public string? Fabric { get; set; }

    /// <summary>The master target of a reprotect.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(MasterTargetCompleter))]
    public string? MasterTarget { get; set; }

    /// <summary>The process server of a reprotect.</summary>
    [Parameter]
    [Identity("Name")]
    [ArgumentCompleter(typeof(ProcessServerCompleter))]
    public string? ProcessServer { get; set; }

    /// <summary>Neither shut the sources down in order nor ask them for their last changes.</summary>
    [Parameter]
    public SwitchParameter SkipSourceShutdown { get; set; }

    /// <summary>How long each source may take to shut down before its failover goes on without it; 5 minutes by default.</summary>
    [Parameter]
    public TimeSpan? ShutdownTimeout { get; set; }

    /// <summary>Take each failover back by itself when it is not committed after so much time in which the vault was open.</summary>
    [Parameter]
    public TimeSpan? RollBackAfter { get; set; }

    /// <summary>Where the machines of a failover must go: those that run there already count as done. Wherever they go by default.</summary>
    [Parameter]
    public FailoverDirection? Direction { get; set; }

    /// <summary>When a planned failover from Azure to Hyper-V sends the data: before the failover by default.</summary>
    [Parameter]
    public DataSync? DataSync { get; set; }

    /// <summary>On a planned failover: give up what was written since the recovery point.</summary>
    [Parameter]
    public SwitchParameter AllowOlderPoint { get; set; }

    /// <summary>The file of the certificate (PKCS #12, with its private key) that the data of the machines' VMM cloud is encrypted with in Azure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EncryptionCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? EncryptionCertificatePassword { get; set; }

    /// <summary>Values of single machines that take the place of these: a hashtable of hashtables by the item's name, or objects with a property Name or Item.</summary>
    [Parameter]
    [ValidateNotNull]
    public object[] Machine { get; set; } = [];

    /// <summary>A CSV or JSON file with the values of single machines.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MachineFile { get; set; }

    /// <summary>Machines of a group that are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, RunRecoveryPlan.MaxThrottleLimit)]
    public int ThrottleLimit { get; set; } = RunRecoveryPlan.UsualThrottleLimit;

    /// <summary>With -WhatIf: return the steps that would be carried out, as objects.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (PassThru && !IsWhatIf)
        {
            Refuse(nameof(PassThru), Messages.Get("PassThruNeedsWhatIf"));
        }

        if (MachineFile is not null && Machine.Length > 0)
        {
            Refuse(nameof(MachineFile), Messages.Get("MachineOrFile"));
        }

        _certificate = UseCertificate(EncryptionCertificate, EncryptionCertificatePassword);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryRows() is not { } rows)
        {
            return;
        }

        RunRecoveryPlan? command = null;
        Run(Name, async (_, cancellation) => command = await CommandAsync(rows, cancellation).ConfigureAwait(false));
        if (command is not null)
        {
            Submit(command);
        }
    }

    private async Task<RunRecoveryPlan> CommandAsync(MachineRow[] given, CancellationToken cancellation)
    {
        var plan = await PlanChoice.FindAsync(Service, Name, cancellation).ConfigureAwait(false);
        var rows = InPlan(plan, given);
        var defaults = new MachineValues
        {
            RecoveryPoint = RecoveryPoint, Network = Network, Fabric = Fabric, MasterTarget = MasterTarget, ProcessServer = ProcessServer, SkipSourceShutdown = SkipSourceShutdown,
            ShutdownTimeout = ShutdownTimeout, RollBackAfter = RollBackAfter, Direction = Direction, DataSync = DataSync, AllowOlderPoint = AllowOlderPoint,
            EncryptionCertificate = _certificate,
        };
        var run = await PlanChoice.RunOfAsync(Service, plan, Operation, item => rows.TryGetValue(item, out var row) ? row.Over(defaults) : defaults, cancellation).ConfigureAwait(false);
        return run with { ThrottleLimit = ThrottleLimit };
    }

    // Objects are read where they may be asked for their properties: by the pipeline's thread.
    private MachineRow[]? TryRows()
    {
        try
        {
            return [.. MachineFile is null ? MachineRow.OfObjects(nameof(Machine), Machine) : Commands.MachineFile.Read(FullPath(MachineFile))];
        }
        catch (AsrException wrong)
        {
            WriteError(wrong.Error, Name);
            return null;
        }
    }

    private static Dictionary<string, MachineRow> InPlan(RecoveryPlan plan, MachineRow[] given)
    {
        var items = plan.Items.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var rows = new Dictionary<string, MachineRow>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in given)
        {
            if (!items.Contains(row.Machine))
            {
                throw ErrorCatalogue.Exception("ArgumentInvalid", row.Parameter, Messages.Get("NotInPlan", row.Machine, plan.Name, row.Place));
            }

            if (!rows.TryAdd(row.Machine, row))
            {
                throw ErrorCatalogue.Exception("ArgumentInvalid", row.Parameter, Messages.Get("RowTwice", row.Place, row.Machine, rows[row.Machine].Place));
            }
        }

        return rows;
    }

    private protected override void Show(Preview preview)
    {
        foreach (var step in PassThru ? preview.Steps : [])
        {
            WriteObject(step);
        }
    }
}

/// <summary>Finds recovery plans.</summary>
internal static class PlanChoice
{
    /// <summary>The plan of a name.</summary>
    /// <exception cref="AsrException"><c>PlanNotFound</c>.</exception>
    public static async Task<RecoveryPlan> FindAsync(IFailbackService service, string name, CancellationToken cancellation) =>
        (await service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(plan => string.Equals(plan.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw ErrorCatalogue.Exception("PlanNotFound", name);

    /// <summary>The command that carries out an operation on a plan's machines, each with its values.</summary>
    public static async Task<RunRecoveryPlan> RunOfAsync(
        IFailbackService service, RecoveryPlan plan, ReadinessOperation operation, Func<string, MachineValues> valuesOf, CancellationToken cancellation)
    {
        var groups = new List<PlannedGroup>();
        foreach (var group in plan.Groups)
        {
            var commands = new List<ItemCommand>();
            foreach (var item in group.Items)
            {
                commands.Add(await CommandForAsync(service, operation, item, valuesOf(item), cancellation).ConfigureAwait(false));
            }

            groups.Add(new PlannedGroup(commands));
        }

        return new RunRecoveryPlan(plan.Name, groups);
    }

    // A machine that is not protected any more has no points, and whether the plan goes without it is the vault's to judge. None that
    // it may have when its turn comes is the one that was asked for.
    private static async Task<ItemCommand> CommandForAsync(
        IFailbackService service, ReadinessOperation operation, string item, MachineValues values, CancellationToken cancellation)
    {
        try
        {
            return await values.CommandForAsync(service, operation, item, common: true, cancellation).ConfigureAwait(false);
        }
        catch (AsrException missing) when (missing.Error.Id == "ItemNotFound")
        {
            return values.CommandFor(operation, item, Guid.Empty);
        }
    }
}
