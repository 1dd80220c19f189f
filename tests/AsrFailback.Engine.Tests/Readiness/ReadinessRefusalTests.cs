namespace AsrFailback.Engine.Tests;

/// <summary>Many rules at once, and the report and the submission against each other.</summary>
public sealed class ReadinessRefusalTests
{
    private const int Cases = 330;
    private const int MostRuns = 25;

    private static readonly string[] Skips = ["MasterTargetSetup", "HostMemory", "DisksInPlace", "DiskEnableUuid", "NoSuchCheck"];

    [Fact]
    [Requirement("MT-02", "MT-06", "RP-09", "RP-13", "TO-02")]
    public async Task Five_rules_broken_at_once_are_five_reasons_each_with_code_causes_and_remedy()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        using var edit = new WorldEdit(world, Notation.Words(
            "home:hosts.0.licence=Free home:masterTargets.0.diskEnableUuid=FALSE azure/web01:guest.answers=false home:masterTargets.0.hasSnapshots=true home:configurationServer.connected=false"));
        var before = world.Fingerprint();

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new Reprotect(DrWorld.Item)));

        Assert.Equal("Refused", refusal.Error.Id);
        Assert.Contains("5 reasons", refusal.Error.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["MachineNotRunning", "ConfigurationServerDown", "DiskEnableUuid", "MasterTargetSnapshots", "HostLicence"],
            refusal.Error.Reasons.Select(reason => reason.Id));
        Assert.All(refusal.Error.Reasons, AssertWhole);
        Assert.Equal(before, world.Fingerprint());
    }

    [Theory]
    [InlineData("ReprotectHome")]
    [InlineData("FailoverHome")]
    [InlineData("FailoverOut")]
    [InlineData("ReprotectOut")]
    public async Task Every_reason_of_every_rule_carries_code_causes_and_remedy_and_names_what_is_meant(string stage)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        foreach (var row in RuleTables.Of(stage))
        {
            using var edit = new WorldEdit(world, row.Breaks.Edits);
            var findings = await Findings.OfAsync(world, row.Breaks.Command(stage));

            Assert.All(findings, check => AssertWhole(check.Finding!));
            Assert.All(findings, check => Assert.NotEqual("", check.Why));
        }
    }

    // stage seed; random subsets of the breaking edits, and random lists of checks to skip
    [Theory]
    [Requirement("RP-13")]
    [InlineData("ReprotectHome", 1)]
    [InlineData("FailoverHome", 2)]
    [InlineData("FailoverOut", 3)]
    public async Task A_report_and_a_submission_always_agree(string stage, int seed)
    {
        var random = new Random(seed);
        var rows = RuleTables.Of(stage);
        var world = await ReadinessStage.WorldAsync(stage);
        try
        {
            var (runs, looked) = (0, 0);
            while (looked < Cases / 3)
            {
                var (edits, command) = Draw(rows, random, stage);
                var ended = await TryAsync(world, edits, command, mayRun: runs < MostRuns);
                looked += ended is null ? 0 : 1;
                if (ended == true)
                {
                    runs++;
                    await world.DisposeAsync();
                    world = await ReadinessStage.WorldAsync(stage);
                }
            }

            Assert.InRange(runs, 1, MostRuns);
        }
        finally
        {
            await world.DisposeAsync();
        }
    }

    private static (string[] Edits, FailbackCommand Command) Draw(IReadOnlyList<RuleRow> rows, Random random, string stage)
    {
        var chosen = Enumerable.Range(0, random.Next(0, 5)).Select(_ => rows[random.Next(rows.Count)]).Where(row => !row.Warns || random.Next(2) == 0).ToArray();
        var skips = Skips.Where(_ => random.Next(6) == 0).ToArray();
        var command = RuleCase.Read(string.Join(' ', chosen.SelectMany(row => row.Breaks.Parameters))).Command(stage, skips);
        return ([.. chosen.SelectMany(row => row.Breaks.Edits).OrderBy(Order)], command);
    }

    // What takes a file away comes last.
    private static int Order(string edit) => edit.EndsWith(":-", StringComparison.Ordinal) || edit.Contains(":>", StringComparison.Ordinal) ? 2
        : edit.EndsWith('-') || edit.Contains("=[]", StringComparison.Ordinal) ? 1 : 0;

    /// <returns>Whether the command was accepted and has ended; null when its edits contradict each other.</returns>
    private static async Task<bool?> TryAsync(DrWorld world, string[] edits, FailbackCommand command, bool mayRun)
    {
        using var edit = TryEdit(world, edits);
        return edit is null ? null : await RunAsync(world, edits, command, mayRun);
    }

    private static async Task<bool> RunAsync(DrWorld world, string[] edits, FailbackCommand command, bool mayRun)
    {
        var preview = await world.Engine.PreviewAsync(command);
        var shown = $"{string.Join(' ', edits)} {command}";
        Assert.True(preview.Ready == !Findings.Reasons(preview.Checks).Any(), shown);
        if (preview.Ready && !mayRun)
        {
            return false;
        }

        var before = world.Fingerprint();
        var job = await Record.ExceptionAsync(() => world.Engine.SubmitAsync(command));
        var reasons = (job as AsrException)?.Error.Reasons ?? [];
        Assert.True(preview.Ready == job is null, $"{shown}: ready {preview.Ready}, {job}");
        Assert.Equal(Findings.Texts(Findings.Reasons(preview.Checks)), Findings.Texts(reasons));
        if (preview.Ready)
        {
            await world.Engine.WaitForJobAsync((await world.Engine.GetJobsAsync())[0].Name).WaitAsync(DrWorld.Patience);
            return true;
        }

        Assert.True(before == world.Fingerprint(), $"{shown}: something changed");
        return false;
    }

    // Two edits may contradict each other: an entry that the other has taken away.
    private static WorldEdit? TryEdit(DrWorld world, string[] edits)
    {
        var edit = new WorldEdit(world, []);
        try
        {
            Array.ForEach(edits, edit.Apply);
            world.Inventory(DrWorld.Home);
            world.Inventory(DrWorld.Azure);
            return edit;
        }
        catch (Exception contradiction) when (contradiction is ArgumentOutOfRangeException or AsrException or FileNotFoundException)
        {
            edit.Dispose();
            return null;
        }
    }

    private static void AssertWhole(AsrError error) =>
        Assert.DoesNotContain(new[] { error.Id, error.Code, error.Message, error.PossibleCauses, error.RecommendedAction, error.Category }, text =>
            string.IsNullOrWhiteSpace(text) || text.Contains('{', StringComparison.Ordinal));
}
