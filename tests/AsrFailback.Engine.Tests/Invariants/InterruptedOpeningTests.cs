namespace AsrFailback.Engine.Tests;

/// <summary>
/// Somebody else wrote an image while the vault was closed, and the opening that notices it is stopped. What it noticed
/// must not be forgotten by the next one.
/// </summary>
public sealed class InterruptedOpeningTests
{
    private const int Stops = 22;

    // the image that was written while the vault was closed
    [Theory]
    [InlineData("onprem/datastores/datastore1/web01/disk0-flat.vmdk")]
    [InlineData("azure/disks/web01/disk0.vhd")]
    public async Task A_foreign_write_that_an_interrupted_opening_noticed_is_not_forgotten(string image)
    {
        await using var beginning = await DrWorld.ProtectedAsync(WorldSetup.With(new Interruption()));
        await beginning.PointAsync();
        await beginning.CloseAsync();
        var wrong = new List<string>();
        for (var stop = 1; stop <= Stops; stop += 2)
        {
            var differences = await WriteAndOpenTwiceAsync(beginning, image, stop);
            wrong.AddRange(differences.Select(difference => $"stopped at {stop}: {difference}"));
        }

        Assert.Empty(wrong);
    }

    private static async Task<IReadOnlyList<string>> WriteAndOpenTwiceAsync(DrWorld beginning, string image, int stop)
    {
        var interruption = new Interruption();
        await using var world = beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));

        // A copy has other stamps than its original: they are made valid by one undisturbed life.
        world.Open();
        await world.UntilTrustedAsync();
        await world.PointAsync();
        await world.CloseAsync();
        using (var file = File.OpenHandle(Path.Combine(world.Root, image), FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(file, Enumerable.Repeat((byte)0x5a, 4096).ToArray(), 1 << 20);
        }

        world.Model = world.Images(DrWorld.Home);
        interruption.StopAt(stop);
        Record.Exception(world.Open);
        await world.AbandonAsync();
        interruption.Disarm();
        world.Open();
        await world.UntilTrustedAsync();
        await world.DrainAsync();
        await world.PointAsync();
        await world.MoveAsync();
        return world.Images(DrWorld.Azure).DifferencesFrom(world.Model);
    }
}
