using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>A recovery point as it is named: exactly that one, or a refusal (FO-10).</summary>
public sealed class PointChoiceTests
{
    [Theory]
    [Requirement("FO-10")]
    [InlineData("Latest")]
    [InlineData("latestprocessed")]
    [InlineData("LatestAppConsistent")]
    [InlineData("LatestCrashConsistent")]
    [InlineData("7a1d6a3e-0000-4000-8000-000000000002")]
    public async Task What_means_something_else_is_no_label(string label)
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal(["LabelReserved"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, label)));
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_label_that_two_points_have_is_refused_with_their_ids()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var (older, newer, only) = (await world.PointAsync("dup"), await world.PointAsync("dup"), await world.PointAsync("only"));

        var refused = await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "DUP"));

        Assert.Equal("PointAmbiguous", refused.Error.Id);
        Assert.Contains($"{older.Id}, {newer.Id}", refused.Error.PossibleCauses, StringComparison.Ordinal);
        Assert.Equal(only.Id, await FindAsync(world, "Only"));
        Assert.Equal(older.Id, await FindAsync(world, $"{older.Id}"));
    }

    private static Task<Guid?> FindAsync(DrWorld world, string name) => new PointChoice(name).FindAsync(world.Engine, DrWorld.Item, common: true, CancellationToken.None);
}
