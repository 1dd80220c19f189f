using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Worlds in which one operation is ready to begin. A neighbour <c>web02</c> runs at home and is protected. The clock shows
/// half past midnight; nothing looks at health by itself.
/// </summary>
internal static class ReadinessStage
{
    public const string Neighbour = "web02";

    public static readonly string[] All = ["ReprotectHome", "FailoverHome", "CommitHome", "ReprotectOut", "FailoverOut", "TestFailover", "CommitOut"];

    public static ProtectionOperation OperationOf(string stage) => stage switch
    {
        "ReprotectHome" or "ReprotectOut" => ProtectionOperation.Reprotect,
        "FailoverHome" or "FailoverOut" => ProtectionOperation.Failover,
        "TestFailover" => ProtectionOperation.TestFailover,
        _ => ProtectionOperation.Commit,
    };

    public static WorldSetup Setup(ManualClock clock) => new()
    {
        DiskBytes = [256 << 10, 128 << 10],
        State = new MemoryState(),
        Clock = clock,
        Adjust = options => options with
        {
            HealthInterval = Timeout.InfiniteTimeSpan, BackupInterval = TimeSpan.MaxValue, DiscoveryDelay = TimeSpan.FromMinutes(15),
        },
    };

    public static async Task<DrWorld> WorldAsync(string stage)
    {
        var clock = new ManualClock();
        var world = await DrWorld.CreateAsync(Setup(clock));
        await world.AddNeighbourAsync();
        await world.RunAsync(DrWorld.Enable());
        world.EditMachine(DrWorld.Azure, machine => machine["resourceGroup"] = "rg1");
        world.Write(4);
        await world.PointAsync();
        foreach (var step in StepsTo(stage))
        {
            await world.RunAsync(step);
        }

        clock.Advance(TimeSpan.FromMinutes(30));
        return world;
    }

    public static async Task AddNeighbourAsync(this DrWorld world)
    {
        world.AddMachine(Neighbour, MachineModel.Random([64 << 10], 9));
        await world.RunAsync(new EnableProtection(Neighbour, DrWorld.Home, DrWorld.Azure, DrWorld.Policy));
    }

    private static IEnumerable<FailbackCommand> StepsTo(string stage)
    {
        FailbackCommand[] story =
        [
            new StartFailover(DrWorld.Item, null, true), new CommitFailover(DrWorld.Item), new Reprotect(DrWorld.Item),
            new StartFailover(DrWorld.Item, null, true), new CommitFailover(DrWorld.Item),
        ];
        return story.Take(stage switch
        {
            "CommitOut" => 1,
            "ReprotectHome" => 2,
            "FailoverHome" => 3,
            "CommitHome" => 4,
            "ReprotectOut" => 5,
            _ => 0,
        });
    }
}

/// <summary>What a report finds, and what a submission refuses with.</summary>
internal static class Findings
{
    public static async Task<CheckResult[]> OfAsync(DrWorld world, FailbackCommand command) =>
        [.. (await world.Engine.PreviewAsync(command)).Checks.Where(check => check.State is CheckState.Failed or CheckState.Warning)];

    public static IEnumerable<string> Words(IEnumerable<CheckResult> findings) => findings.Select(check => $"{check.Id}:{check.State}").Order(StringComparer.Ordinal);

    public static IEnumerable<AsrError> Reasons(IEnumerable<CheckResult> checks) => checks.Where(check => !check.Passed).Select(check => check.Finding!);

    /// <summary>The reasons a submission is refused with; none when it is not.</summary>
    public static async Task<IReadOnlyList<AsrError>> RefusalAsync(DrWorld world, FailbackCommand command)
    {
        try
        {
            await world.Engine.SubmitAsync(command);
            return [];
        }
        catch (AsrException refusal)
        {
            return refusal.Error.Reasons;
        }
    }

    public static IEnumerable<string> Texts(IEnumerable<AsrError> errors) => errors.Select(error => $"{error.Id} {error.Code} {error.Message}");
}
