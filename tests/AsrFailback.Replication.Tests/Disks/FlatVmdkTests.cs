using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Flat VMDKs that are what they say.</summary>
public sealed class FlatVmdkTests
{
    private static readonly string Path1 = Path.Combine(ImageBench.Folder, "disk.vmdk");

    [Theory]
    [InlineData("disk.vmdk")]
    [InlineData("disk with spaces.vmdk")]
    [InlineData("웹서버 디스크.vmdk")]
    public void A_new_disk_opens_again_under_any_name_and_keeps_what_was_written(string name)
    {
        var files = ImageBench.NewDisk();
        var path = Path.Combine(ImageBench.Folder, name);
        FlatVmdk.Create(files, path, 3 * 512, Guid.NewGuid());
        using (var disk = DiskImage.Open(files, path, writable: true))
        {
            disk.Write(512, SourceBench.Bytes(512, 1));
        }

        using var again = DiskImage.Open(files, path, writable: false);
        Assert.Equal(3 * 512, again.Length);
        Assert.Equal(SourceBench.Bytes(512, 1), SourceBench.ReadAll(again)[512..1024]);
    }

    [Fact]
    public void The_content_id_changes_and_nothing_else_of_the_descriptor_does()
    {
        var files = ImageBench.NewDisk();
        FlatVmdk.Create(files, Path1, 512, Guid.NewGuid());
        var before = Lines(files);
        for (var count = 0; count < 3; count++)
        {
            FlatVmdk.RenewContentId(files, Path1);
        }

        var changed = Lines(files).Zip(before).Where(line => line.First != line.Second).ToArray();
        Assert.StartsWith("CID=", Assert.Single(changed).First, StringComparison.Ordinal);
        Assert.Equal(before.Length, Lines(files).Length);
    }

    [Theory]
    [InlineData("fffffffd", "00000001")]
    [InlineData("ffffffff", "00000001")]
    [InlineData("0000000a", "0000000b")]
    public void A_renewed_content_id_is_never_one_that_means_something_else(string old, string renewed)
    {
        var files = ImageBench.NewDisk();
        files.Put("disk.vmdk", Descriptors.Valid.Replace("CID=12345678\n", $"CID={old}\n", StringComparison.Ordinal));
        FlatVmdk.RenewContentId(files, Path1);

        Assert.Contains($"CID={renewed}", Lines(files));
        Assert.Contains("parentCID=ffffffff", Lines(files));
    }

    [Fact]
    public void Renewing_the_content_id_keeps_every_byte_of_a_descriptor_in_another_language()
    {
        // The descriptor is the user's: a name that is not ASCII must survive.
        var files = ImageBench.NewDisk();
        var text = Descriptors.Valid.Replace("disk-flat.vmdk", "디스크-flat.vmdk", StringComparison.Ordinal);
        files.Put("disk.vmdk", text);
        FlatVmdk.RenewContentId(files, Path1);

        Assert.Contains("디스크-flat.vmdk", Encoding.UTF8.GetString(files.Take(Path1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Creating_a_disk_where_one_exists_is_refused_and_the_disk_keeps_its_bytes()
    {
        var files = ImageBench.NewDisk();
        FlatVmdk.Create(files, Path1, 512, Guid.NewGuid());
        files.Put("disk-flat.vmdk", SourceBench.Bytes(512, 4));

        var refused = Record.Exception(() => FlatVmdk.Create(files, Path1, 512, Guid.NewGuid()));

        Assert.Equal(SourceBench.Bytes(512, 4), files.Take(FlatVmdk.ExtentPath(Path1)));
        Assert.IsType<AsrException>(refused);
    }

    [Fact]
    public void Creating_again_after_a_power_cut_at_any_operation_gives_a_whole_disk()
    {
        var finished = false;
        for (var operation = 1; !finished; operation++)
        {
            var files = ImageBench.NewDisk();
            var observed = new ObservedFileSystem(files, new PowerCut(operation).Observe);
            finished = Record.Exception(() => FlatVmdk.Create(observed, Path1, 512, Guid.Empty)) is null;
            for (var seed = 0; seed < 20; seed++)
            {
                var after = files.Crash(new Random(seed));
                if (!after.Exists(Path1))
                {
                    Assert.False(finished);
                    FlatVmdk.Create(after, Path1, 512, Guid.Empty);
                }

                FlatVmdk.Open(after, Path1, writable: true).Dispose();
            }
        }
    }

    private static string[] Lines(SimulatedDisk files) => Encoding.UTF8.GetString(files.Take(Path1)).Split('\n');
}
