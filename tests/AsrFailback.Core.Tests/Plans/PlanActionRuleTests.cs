using AsrFailback.Core.Plans;

namespace AsrFailback.Core.Tests;

/// <summary>An action that makes no sense is refused before it is kept, with its place.</summary>
public sealed class PlanActionRuleTests
{
    private static readonly string Hash = new('a', 64);

    public static TheoryData<string> Names => Notation.Cases("""
        warm-up.ps1       | allowed
        warm_up.sh        | allowed
        a                 | allowed
        ../warm-up.ps1    | refused
        ..                | refused
        .hidden           | refused
        sub/warm-up.ps1   | refused
        sub\warm-up.ps1   | refused
        /bin/sh           | refused
        C:warm-up.ps1     | refused
        warm up.ps1       | refused
        warm-up.ps1;ls    | refused
        """);

    [Theory]
    [Requirement("RPL-02")]
    [MemberData(nameof(Names))]
    public void A_script_is_one_plain_file_name(string line)
    {
        var (name, verdict) = (Notation.Columns(line)[0], Notation.Columns(line)[1]);

        Assert.Equal(verdict == "refused" ? ["script"] : [], Faults(new ScriptAction("x", name, Hash)));
    }

    // what is wrong | the property that is named
    public static TheoryData<string, string> Wrong => new()
    {
        { "empty name", "name" }, { "long name", "name" }, { "control", "name" }, { "no types", "failoverTypes" }, { "type twice", "failoverTypes" }, { "no directions", "failoverDirections" },
        { "hash", "sha256" }, { "timeout 0", "timeoutSeconds" }, { "timeout 25 h", "timeoutSeconds" }, { "timeout 1.5 s", "timeoutSeconds" }, { "many", "parameters" }, { "twice", "parameters" }, { "dash", "parameters.-Force" },
        { "space", "parameters.a b" }, { "long value", "parameters.A" }, { "zero", "parameters.A" }, { "no number", "parameters.A" }, { "no truth", "parameters.A" },
        { "no description", "description" }, { "http", "uri" }, { "ftp", "uri" }, { "password", "uri" }, { "relative", "uri" }, { "variable", "tokenVariable" },
    };

    [Theory]
    [Requirement("RPL-02")]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(string what, string property)
    {
        var script = new ScriptAction("x", "a.sh", Hash);
        ScriptAction Given(string name, string value, ScriptParameterType type = ScriptParameterType.Text) => script with { Parameters = [new(name, type, value)] };
        RecoveryPlanAction action = what switch
        {
            "empty name" => script with { Name = " " },
            "long name" => script with { Name = new string('x', 65) },
            "control" => script with { Name = "a\u0007" },
            "no types" => script with { FailoverTypes = [] },
            "type twice" => script with { FailoverTypes = [PlanFailoverType.Commit, PlanFailoverType.Commit] },
            "no directions" => script with { FailoverDirections = [] },
            "hash" => script with { Sha256 = "abc" },
            "timeout 0" => script with { Timeout = TimeSpan.Zero },
            "timeout 25 h" => script with { Timeout = TimeSpan.FromHours(25) },
            "timeout 1.5 s" => script with { Timeout = TimeSpan.FromSeconds(1.5) },
            "many" => script with { Parameters = [.. Enumerable.Range(0, 33).Select(number => new ScriptParameter($"P{number}", ScriptParameterType.Text, ""))] },
            "twice" => script with { Parameters = [new("a", ScriptParameterType.Text, ""), new("A", ScriptParameterType.Text, "")] },
            "dash" => Given("-Force", "x"),
            "space" => Given("a b", "x"),
            "long value" => Given("A", new string('x', 1025)),
            "zero" => Given("A", "a\0b"),
            "no number" => Given("A", "1; ls", ScriptParameterType.Number),
            "no truth" => Given("A", "$true", ScriptParameterType.Switch),
            "no description" => new ManualAction("x", ""),
            "http" => new RunbookAction("x", "http://ops.example/hook"),
            "ftp" => new RunbookAction("x", "ftp://127.0.0.1/hook"),
            "password" => new RunbookAction("x", "https://me:secret@ops.example/hook"),
            "relative" => new RunbookAction("x", "/hook"),
            _ => new RunbookAction("x", "https://ops.example/hook") { TokenVariable = "A=B" },
        };

        Assert.Equal([property], Faults(action));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void What_is_right_is_taken()
    {
        Assert.Empty(Faults(new ScriptAction("x", "a.sh") { Parameters = [new("A", ScriptParameterType.Text, "-Other; $(x)"), new("B", ScriptParameterType.Number, "-5"), new("C", ScriptParameterType.Switch, "true")] }));
        Assert.Empty(Faults(new ManualAction("x", "Switch the load balancer.\nThen look.")));
        Assert.Empty(Faults(new RunbookAction("x", "https://ops.example/hook") { TokenVariable = "OPS_TOKEN" }));
        Assert.Empty(Faults(new RunbookAction("x", "http://127.0.0.1:8080/hook")));
    }

    private static IEnumerable<string> Faults(RecoveryPlanAction action) => PlanActionRules.FaultsOf(action).Select(fault => fault.Property);
}
