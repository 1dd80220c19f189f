using System.Collections;
using System.Globalization;
using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>Adds an action to a recovery plan: a script, something to be done by hand, or a server that is told.</summary>
[Cmdlet(VerbsCommon.Add, "AsrRecoveryPlanAction", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ScriptSet)]
[OutputType(typeof(Job))]
public sealed class AddAsrRecoveryPlanActionCommand : JobCmdlet
{
    private const string ScriptSet = "Script";
    private const string ManualSet = "Manual";
    private const string RunbookSet = "Runbook";

    /// <summary>The plan's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string Plan { get; set; } = "";

    /// <summary>The action's name, of which there is one in the plan.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Name { get; set; } = "";

    /// <summary>The group it belongs to: its number, or Shutdown, or Failover.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(PlanGroupCompleter))]
    public string Group { get; set; } = "";

    /// <summary>Whether it comes before the group or after it.</summary>
    [Parameter]
    [ValidateSet("Start", "End")]
    public string Position { get; set; } = "Start";

    /// <summary>The file of the script in the vault's folder <c>scripts</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScriptSet)]
    [ArgumentCompleter(typeof(ScriptCompleter))]
    public string Script { get; set; } = "";

    /// <summary>SHA-256 that the script must have; as it is now by default.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    public string? Sha256 { get; set; }

    /// <summary>What the script is given: texts, whole numbers, true or false, by name.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    public IDictionary Parameter { get; set; } = new Hashtable();

    /// <summary>What is to be done by hand.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ManualSet)]
    public string Manual { get; set; } = "";

    /// <summary>The address that the plan's context is posted to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RunbookSet)]
    public string Runbook { get; set; } = "";

    /// <summary>Name of the environment variable that holds the bearer token.</summary>
    [Parameter(ParameterSetName = RunbookSet)]
    public string? TokenVariable { get; set; }

    /// <summary>How long it may take.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [Parameter(ParameterSetName = RunbookSet)]
    public TimeSpan? ActionTimeout { get; set; }

    /// <summary>The operations it belongs to; every failover by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PlanFailoverType[]? FailoverType { get; set; }

    /// <summary>The directions it belongs to; both by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PlanFailoverDirection[]? Direction { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        AddRecoveryPlanAction? command = null;
        Run(Plan, (_, _) =>
        {
            command = new AddRecoveryPlanAction(Plan, new PlanActionPlace(GroupIndex(), Position.Equals("End", StringComparison.OrdinalIgnoreCase)), Action());
            return Task.CompletedTask;
        });
        if (command is not null)
        {
            Submit(command);
        }
    }

    private RecoveryPlanAction Action()
    {
        RecoveryPlanAction action = ParameterSetName switch
        {
            ManualSet => new ManualAction(Name, Manual),
            RunbookSet => new RunbookAction(Name, Runbook) { TokenVariable = TokenVariable, Timeout = ActionTimeout ?? RunbookAction.DefaultTimeout },
            _ => new ScriptAction(Name, Script, Sha256)
            {
                Parameters = [.. Parameter.Cast<DictionaryEntry>().Select(entry => ParameterOf($"{entry.Key}", entry.Value))], Timeout = ActionTimeout ?? ScriptAction.DefaultTimeout,
            },
        };
        return action with { FailoverTypes = FailoverType ?? action.FailoverTypes, FailoverDirections = Direction ?? action.FailoverDirections };
    }

    private int GroupIndex() =>
        Group.Equals("Shutdown", StringComparison.OrdinalIgnoreCase) ? 0
        : Group.Equals("Failover", StringComparison.OrdinalIgnoreCase) ? 1
        : int.TryParse(Group, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= RecoveryPlan.MaxLargeGroups ? number + 1
        : throw ErrorCatalogue.Exception("ArgumentInvalid", nameof(Group), Messages.Get("NoPlanGroup", Group, RecoveryPlan.MaxLargeGroups));

    private static ScriptParameter ParameterOf(string name, object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => new(name, ScriptParameterType.Text, text),
        bool truth => new(name, ScriptParameterType.Switch, truth ? "true" : "false"),
        SwitchParameter truth => new(name, ScriptParameterType.Switch, truth ? "true" : "false"),
        sbyte or byte or short or ushort or int or uint or long => new(name, ScriptParameterType.Number, Convert.ToInt64(value is PSObject number ? number.BaseObject : value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)),
        var other => throw ErrorCatalogue.Exception("ArgumentInvalid", nameof(Parameter), Messages.Get("NoScriptValue", name, other?.GetType().Name ?? "null")),
    };
}

/// <summary>Takes actions out of a recovery plan. What runs already is not changed by it.</summary>
[Cmdlet(VerbsCommon.Remove, "AsrRecoveryPlanAction", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class RemoveAsrRecoveryPlanActionCommand : JobCmdlet
{
    /// <summary>The plan's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string Plan { get; set; } = "";

    /// <summary>Names of actions.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(PlanActionCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            Submit(new RemoveRecoveryPlanAction(Plan, name));
        }
    }
}
