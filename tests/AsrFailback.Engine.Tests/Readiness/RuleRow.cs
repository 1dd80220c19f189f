namespace AsrFailback.Engine.Tests;

/// <summary>
/// One line of a table of rules: <c>check | error:code | what breaks it | what meets it</c>. A check that only warns begins
/// with <c>~</c>. Words are edits of the world, parameters of the command (<c>mt=mt01</c>), and other findings that come
/// (<c>+Check</c>) or go (<c>-Check</c>) with the edit. <c>never</c>: nothing meets it.
/// </summary>
internal sealed record RuleRow(string Stage, string Line, string Check, bool Warns, string Error, string? Code, RuleCase Breaks, RuleCase? Meets)
{
    public static RuleRow Read(string stage, string line)
    {
        var columns = Notation.Columns(line);
        var error = columns[1].Split(':');
        return new RuleRow(
            stage, line, columns[0].TrimStart('~'), columns[0].StartsWith('~'), error[0], error.Length > 1 ? error[1] : null,
            RuleCase.Read(columns[2]), columns[3] == "never" ? null : RuleCase.Read(columns[3]));
    }
}

/// <summary>One half of a row.</summary>
internal sealed record RuleCase(string[] Edits, string[] Parameters, string[] Come, string[] Go)
{
    public static RuleCase Read(string words)
    {
        var all = Notation.Words(words);
        string[] Beginning(char letter) => [.. all.Where(word => word[0] == letter).Select(word => word[1..])];
        return new RuleCase(
            [.. all.Where(WorldEdit.IsEdit)], [.. all.Where(word => !WorldEdit.IsEdit(word) && word[0] is not ('+' or '-'))], Beginning('+'), Beginning('-'));
    }

    /// <summary>The command of a stage with the parameters of this case.</summary>
    public FailbackCommand Command(string stage, params string[] skips)
    {
        string? Value(string name) => Parameters.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        FailbackCommand command = stage switch
        {
            "TestFailover" => new StartTestFailover(DrWorld.Item, null, Value("net")),
            "FailoverHome" or "FailoverOut" => new StartFailover(DrWorld.Item, null, true),
            "CommitOut" or "CommitHome" => new CommitFailover(DrWorld.Item),
            _ => new Reprotect(DrWorld.Item, Value("mt"), Value("ps")) { Fabric = Value("fabric"), Datastore = Value("ds"), RetentionVolume = Value("rv"), ProtectionGroup = Value("pg"), Policy = Value("policy"), Plan = Value("plan") },
        };
        return skips.Length == 0 ? command : command with { SkipChecks = skips };
    }
}
