namespace AsrFailback.Core.Tests;

/// <summary>
/// Compares a report with a case. A finding is written <c>check:error</c>, then the service's code where the error has one,
/// then the state where it is not <c>Failed</c>.
/// </summary>
internal static class ReadinessAssert
{
    /// <summary>What is told however well everything is; the last one where a home moves.</summary>
    public static readonly string[] AlwaysWarns =
        ["LinuxNetworkManager:LinuxWithoutNetworkManager:Warning", "VMwareToolsState:VMwareToolsDisabled:Warning", "OldHomeLeft:OldMachineLeft:Warning"];

    /// <summary>The findings of a report.</summary>
    public static IReadOnlyList<string> Findings(IEnumerable<CheckResult> report) =>
        [.. report.Where(check => check.Finding is not null || check.State is not (CheckState.Passed or CheckState.NotApplicable)).Select(Text)];

    /// <summary>Exactly the findings of the second column; what always warns counts only where it is named there.</summary>
    public static void Finds(string line)
    {
        var columns = Notation.Columns(line);
        var expected = Notation.Words(columns[1]);

        Assert.Equal(expected, Findings(World.Report(columns[0])).Where(finding => expected.Contains(finding) || !AlwaysWarns.Contains(finding)));
    }

    /// <summary>Nothing is found, and the checks of the second column end as it says: passed unless a state is written.</summary>
    public static void Passes(string line)
    {
        var columns = Notation.Columns(line);
        var report = World.Report(columns[0]);

        Assert.Empty(Findings(report).Except(AlwaysWarns));
        Assert.All(Notation.Words(columns[1]), word => AssertState(report, word));
    }

    /// <summary>The checks of the second column have nothing to look at, whatever others find.</summary>
    public static void HasNothingToLookAt(string line)
    {
        var columns = Notation.Columns(line);
        var report = World.Report(columns[0]);

        Assert.All(Notation.Words(columns[1]), id => AssertState(report, $"{id}:NotApplicable"));
    }

    private static void AssertState(IReadOnlyList<CheckResult> report, string word)
    {
        var (id, state) = word.Split(':') is [var key, var value] ? (key, value) : (word, "Passed");
        var found = report.SingleOrDefault(check => check.Id == id)?.State.ToString() ?? "Absent";
        Assert.True(found == state, $"{id} ended {found}, not {state}");
    }

    private static string Text(CheckResult check)
    {
        var error = check.Finding!;
        var code = error.Code == error.Id ? "" : $":{error.Code}";
        var state = check.State == CheckState.Failed ? "" : $":{check.State}";
        return $"{check.Id}:{error.Id}{code}{state}";
    }
}
