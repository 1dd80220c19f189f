namespace AsrFailback.Node.Tests;

/// <summary>No space left: known beforehand or met in the middle, nothing acknowledged is lost.</summary>
public sealed class FullDiskTests
{
    private const int TooSmall = 100;
    private const int Enough = 400;

    [SmallDiskFact]
    public async Task Too_little_space_is_known_before_anything_is_made()
    {
        using var disk = new SmallDisk(TooSmall);

        var result = await Asrnode.RunInAsync(disk.Folder, "drill", "--size", "small", "--json");

        result.MustRefuse(1, "NotEnoughSpace", disk.Path);
        disk.Folder.AssertEmpty();
    }

    [SmallDiskFact]
    public async Task Too_little_space_leaves_nothing_in_the_folder_to_keep()
    {
        using var disk = new SmallDisk(TooSmall);

        (await Asrnode.RunAsync("drill", "--size", "small", "--keep", disk.Folder.Kept)).MustRefuse(1, "NotEnoughSpace", disk.Path);

        Assert.Empty(Directory.Exists(disk.Folder.Kept) ? FileTree.Everything(disk.Folder.Kept) : []);
    }

    [SmallDiskFact]
    public async Task A_disk_that_fills_while_replicating_stops_the_drill_and_resume_finishes_it() => await FillInStepAsync("Enable protection");

    [SmallDiskFact]
    public async Task A_disk_that_fills_while_the_machine_fails_over_stops_the_drill_and_resume_finishes_it() => await FillInStepAsync("Source dies");

    // The drill stands still while the disk is filled: what it does next finds no space.
    private static async Task FillInStepAsync(string step)
    {
        using var disk = new SmallDisk(Enough);
        using var temporary = new TemporaryFolder("tmp");
        using var node = Asrnode.Start(temporary, "drill", "--size", "small", "--keep", disk.Folder.Kept);
        await node.MustSayAsync(step);
        node.Signal("STOP");
        var filler = disk.Fill();
        node.Signal("CONT");

        (await node.EndAsync()).MustRefuse(1, "DiskFull", disk.Path, "asrnode resume");

        File.Delete(filler);
        await Survivor.MustFinishAsync(disk.Folder);
    }
}
