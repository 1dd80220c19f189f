using System.Globalization;

namespace AsrFailback.Core.Plans;

/// <summary>What is wrong with an action.</summary>
/// <param name="Property">The property as a plan file names it, with what is below it.</param>
/// <param name="What">What is wrong with it.</param>
public sealed record PlanActionFault(string Property, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Property}: {What}";
}

/// <summary>What an action of a plan must be before it is kept. Pure; whether its script is there is another question.</summary>
public static class PlanActionRules
{
    /// <summary>Everything that is wrong with an action.</summary>
    public static IEnumerable<PlanActionFault> FaultsOf(RecoveryPlanAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Common(action).Concat(action switch
        {
            ScriptAction script => OfScript(script),
            ManualAction manual => Text("description", manual.Description, ManualAction.MaxDescription),
            RunbookAction runbook => OfRunbook(runbook),
            _ => [],
        });
    }

    /// <summary>Whether a name is one plain file name: letters, digits, '-', '_' and points, none at its beginning.</summary>
    public static bool IsScriptName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= 128 && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
    }

    private static IEnumerable<PlanActionFault> Common(RecoveryPlanAction action) =>
    [
        .. Text("name", action.Name, RecoveryPlanAction.MaxName),
        .. Words("failoverTypes", action.FailoverTypes),
        .. Words("failoverDirections", action.FailoverDirections),
    ];

    private static IEnumerable<PlanActionFault> OfScript(ScriptAction script)
    {
        if (!IsScriptName(script.Script))
        {
            yield return new("script", "it must be the name of a file in the vault's folder of scripts, without a path");
        }

        if (script.Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
        {
            yield return new("sha256", "it must be 64 hexadecimal digits");
        }

        if (script.Parameters.Count > ScriptAction.MaxParameters)
        {
            yield return new("parameters", $"{script.Parameters.Count} are too many; {ScriptAction.MaxParameters} are possible");
        }

        if (script.Parameters.GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new("parameters", $"'{twice.Key}' is there twice; scripts do not tell case apart");
        }

        foreach (var fault in script.Parameters.Select(OfParameter).OfType<PlanActionFault>().Concat(Time(script.Timeout)))
        {
            yield return fault;
        }
    }

    private static PlanActionFault? OfParameter(ScriptParameter parameter)
    {
        var name = parameter.Name;
        var what = name.Length is 0 or > ScriptParameter.MaxName || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit) ? "its name must be a letter, then letters and digits"
            : parameter.Value.Length > ScriptParameter.MaxValue ? $"{parameter.Value.Length} characters are too many; {ScriptParameter.MaxValue} are possible"
            : parameter.Value.Contains('\0', StringComparison.Ordinal) ? "it holds a zero character"
            : parameter.Type switch
            {
                ScriptParameterType.Number when !long.TryParse(parameter.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "it is no whole number of 64 bits",
                ScriptParameterType.Switch when parameter.Value is not ("true" or "false") => "it is neither true nor false",
                _ => null,
            };
        return what is null ? null : new($"parameters.{name}", what);
    }

    private static IEnumerable<PlanActionFault> OfRunbook(RunbookAction runbook)
    {
        if (HookAddress.FaultOf(runbook.Uri) is { } fault)
        {
            yield return new("uri", fault);
        }

        if (HookAddress.TokenFaultOf(runbook.TokenVariable) is { } token)
        {
            yield return new("tokenVariable", token);
        }

        foreach (var time in Time(runbook.Timeout))
        {
            yield return time;
        }
    }

    private static IEnumerable<PlanActionFault> Time(TimeSpan timeout) =>
        timeout >= TimeSpan.FromSeconds(1) && timeout <= RecoveryPlanAction.MaxTimeout && timeout.Ticks % TimeSpan.TicksPerSecond == 0
            ? []
            : [new("timeoutSeconds", $"it must be whole seconds from 1 to {RecoveryPlanAction.MaxTimeout.TotalSeconds}")];

    private static IEnumerable<PlanActionFault> Text(string property, string text, int limit) =>
        string.IsNullOrWhiteSpace(text) ? [new(property, "it is empty")]
        : text.Length > limit ? [new(property, $"{text.Length} characters are too many; {limit} are possible")]
        : text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')) ? [new(property, "it holds a control character")]
        : [];

    private static IEnumerable<PlanActionFault> Words<T>(string property, IReadOnlyList<T> words)
        where T : struct, Enum =>
        words.Count == 0 ? [new(property, "it is empty")]
        : words.Distinct().Count() < words.Count ? [new(property, "a word is there twice")]
        : words.Any(word => !Enum.IsDefined(word)) ? [new(property, "a word is not known")]
        : [];
}
