using System.Globalization;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Holes of real files, and what stands in for them where there are none.</summary>
public sealed class HolesTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TempFolder _folder = new();

    [HolesFact]
    public void Data_is_told_from_holes()
    {
        using var file = NewFile();
        file.Write(MiB, SourceBench.Bytes(8192, 1));
        file.Write(3 * MiB, SourceBench.Bytes(4096, 2));

        Assert.Equal(new DataRange(MiB, 8192), file.NextData(0));
        Assert.Equal(new DataRange(MiB + 100, 8092), file.NextData(MiB + 100));
        Assert.Equal(new DataRange(3 * MiB, 4096), file.NextData(MiB + 8192));
        Assert.Null(file.NextData((3 * MiB) + 4096));
        Assert.Null(file.NextData(4 * MiB));
        Assert.Null(file.NextData(5 * MiB));
    }

    [HolesFact]
    public void A_hole_reads_as_zeros_takes_no_space_and_keeps_the_length()
    {
        using var file = NewFile();
        file.Write(0, SourceBench.Bytes(4 * MiB, 1));
        file.PunchHole(100, (4 * MiB) - 100);
        var content = new byte[4 * MiB];
        file.Read(0, content);

        Assert.Equal(SourceBench.Bytes(4 * MiB, 1)[..100], content[..100]);
        Assert.True(Disks.Blocks.IsZero(content.AsSpan(100)));
        Assert.Equal(4 * MiB, file.Length);
        Assert.InRange(long.Parse(Tools.RunWell("stat", "-c", "%b", file.Path), CultureInfo.InvariantCulture) * 512, 1, 64 * 1024);
    }

    [Fact]
    public void Where_there_are_no_holes_all_is_data_and_a_hole_is_written()
    {
        var files = ImageBench.NewDisk();
        using IStoredFile file = files.Open(files.Put("file", SourceBench.Bytes(200_000, 1)), FileOpening.ReadWrite);
        file.PunchHole(1000, 150_000);
        var content = new byte[200_000];
        file.Read(0, content);

        Assert.Equal(new DataRange(7, 199_993), file.NextData(7));
        Assert.Null(file.NextData(200_000));
        Assert.True(Disks.Blocks.IsZero(content.AsSpan(1000, 150_000)));
        Assert.Equal(SourceBench.Bytes(200_000, 1)[151_000..], content[151_000..]);
        Assert.Equal(SourceBench.Bytes(200_000, 1)[..1000], content[..1000]);
    }

    [Fact]
    public void A_hole_is_an_operation_that_tests_can_stop_at()
    {
        var files = ImageBench.NewDisk();
        var path = files.Put("file", new byte[1000]);
        var observed = new ObservedFileSystem(files, new PowerCut(1).Observe);
        using var file = observed.Open(path, FileOpening.ReadWrite);

        Assert.NotNull(Record.Exception(() => file.PunchHole(0, 10)));
    }

    public void Dispose() => _folder.Dispose();

    private IStoredFile NewFile()
    {
        var file = new LocalFileSystem().Open(_folder["file"], FileOpening.CreateNew);
        file.SetLength(4 * MiB);
        return file;
    }
}
