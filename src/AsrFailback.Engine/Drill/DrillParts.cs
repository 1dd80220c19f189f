namespace AsrFailback.Engine.Drill;

/// <summary>The jobs that each task of a drill begins, by the names they are found again by.</summary>
internal static class DrillParts
{
    private static readonly Dictionary<string, string[]> Parts = new()
    {
        ["Protect"] = ["add-onprem", "add-azure", "enable"],
        ["Points"] = ["point-1", "point-2", "point-3"],
        ["TestFailover"] = ["test", "clean-up"],
        ["Failover"] = ["failover"],
        ["Commit"] = ["commit"],
        ["Reprotect"] = ["reprotect"],
        ["Failback"] = ["failback"],
        ["CommitFailback"] = ["commit-failback"],
        ["ProtectAgain"] = ["protect-again", "final-point"],
    };

    /// <summary>Names of the jobs of a task, in order.</summary>
    /// <param name="drill">Name of the drill's job.</param>
    /// <param name="task">Name of the task.</param>
    public static IEnumerable<string> Of(string drill, string task) => Parts.GetValueOrDefault(task, []).Select(part => NameOf(drill, part));

    /// <summary>The name of one of them.</summary>
    public static string NameOf(string drill, string part) => $"{drill}.{part}";
}
