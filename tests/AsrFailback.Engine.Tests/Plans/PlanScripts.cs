namespace AsrFailback.Engine.Tests;

/// <summary>Actions of the plan of <see cref="PlanWorld"/>, and the scripts they run.</summary>
internal static class PlanScripts
{
    /// <summary>Where a script of a test writes what it did.</summary>
    public static string Diary(DrWorld world) => Path.Combine(world.Root, "diary.txt");

    /// <summary>What the scripts wrote, a line for each time one ran.</summary>
    public static string[] Entries(DrWorld world) => File.Exists(Diary(world)) ? File.ReadAllLines(Diary(world)) : [];

    /// <summary>Writes a script of a few lines of shell into the vault's folder of scripts.</summary>
    public static void Write(DrWorld world, string name, params string[] lines)
    {
        var path = Path.Combine(world.VaultFolder, "scripts", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, ["#!/bin/sh", .. lines]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Adds a script action; it writes its own name into the diary, and what else is given.</summary>
    public static Task AddAsync(DrWorld world, string name, int group, bool atEnd, params string[] lines)
    {
        Write(world, $"{name}.sh", [$"echo {name} >> {Diary(world)}", .. lines]);
        return AddAsync(world, new ScriptAction(name, $"{name}.sh"), group, atEnd);
    }

    public static Task AddAsync(DrWorld world, RecoveryPlanAction action, int group, bool atEnd) =>
        world.RunAsync(new AddRecoveryPlanAction(PlanWorld.Plan, new PlanActionPlace(group, atEnd), action));

    public static async Task<RecoveryPlan> PlanAsync(DrWorld world) => (await world.Engine.GetRecoveryPlansAsync()).Single();

    /// <summary>A failover of the whole plan.</summary>
    public static Task<RunRecoveryPlan> FailOverAsync(DrWorld world, FailoverType type = FailoverType.Unplanned) =>
        PlanWorld.RunAsync(world, item => new StartFailover(item, null, ShutDownSource: true) { Type = type });

    public static ItemCommand TestFailOver(string item) => new StartTestFailover(item, null, null);

    public static JobTask TaskOf(Job job, string action) => job.Tasks.Single(task => task.FriendlyName.EndsWith($": {action}", StringComparison.Ordinal));
}
