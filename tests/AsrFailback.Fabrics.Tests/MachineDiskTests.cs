using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Machines and their disks: created once, completed after an interruption, kept as a seed.</summary>
public sealed class MachineDiskTests
{
    [Fact]
    public void A_VMware_site_keeps_disks_as_descriptor_and_flat_extent_of_the_exact_size()
    {
        using var folder = SiteFolder.VMware();

        var machine = folder.Open().EnsureMachine(SiteFolder.Web01);

        Assert.Equal(["datastores/datastore1/web01/os.vmdk", "datastores/datastore1/web01/data.vmdk"], machine.Disks.Select(disk => disk.File));
        Assert.Equal((4L << 20) + 512, SizeOf(folder, "datastores/datastore1/web01/os-flat.vmdk"));
        Assert.Equal(2L << 20, SizeOf(folder, "datastores/datastore1/web01/data-flat.vmdk"));
        Assert.StartsWith("# Disk DescriptorFile", folder.Read(machine.Disks[0].File), StringComparison.Ordinal);
    }

    [Fact]
    public void An_Azure_site_keeps_disks_as_fixed_VHDs_rounded_up_to_a_MiB()
    {
        using var folder = SiteFolder.Azure();
        var site = folder.Open();

        var machine = site.EnsureMachine(SiteFolder.Web01);

        Assert.Equal(["disks/web01/os.vhd", "disks/web01/data.vhd"], machine.Disks.Select(disk => disk.File));
        Assert.Equal((5L << 20) + 512, SizeOf(folder, machine.Disks[0].File));
        Assert.Equal((2L << 20) + 512, SizeOf(folder, machine.Disks[1].File));
        Assert.Equal([(4L << 20) + 512, 2L << 20], Capacities(site));
    }

    [Fact]
    public void A_created_machine_is_off_and_reads_as_zeros()
    {
        using var folder = SiteFolder.Azure();
        var site = folder.Open();

        Assert.Equal((PowerState.Off, 0L), site.EnsureMachine(SiteFolder.Web01) is var machine ? (machine.Power, machine.Epoch) : default);
        Assert.Equal((SiteFolder.Web01.Uuid, "Linux"), (machine.Uuid, machine.OperatingSystem));
        Assert.True(Blocks.IsZero(ReadAll(site, 0)));
    }

    [Fact]
    public void A_machine_created_anew_is_off_whatever_one_of_its_name_was_before()
    {
        using var folder = SiteFolder.Azure();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        site.PowerOn("web01", 4);
        File.Delete(Path.Combine(folder.Root, "machines", "web01.json"));

        Assert.Equal(PowerState.Off, site.EnsureMachine(SiteFolder.Web01).Power);
    }

    [Fact]
    public void Ensuring_a_machine_again_changes_nothing()
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        WriteByte(site, 0, 7);
        site.PowerOn("web01", 2);
        var before = Texts(folder);

        var again = site.EnsureMachine(SiteFolder.Web01);

        Assert.Equal((PowerState.On, 2L), (again.Power, again.Epoch));
        Assert.Equal(before, Texts(folder));
        Assert.Equal(7, ReadAll(site, 0)[0]);
    }

    [Theory]
    [InlineData(FabricKind.VMware)]
    [InlineData(FabricKind.Azure)]
    public void A_creation_interrupted_anywhere_is_completed_by_repeating_it(FabricKind kind)
    {
        var operations = CountOperations(kind);
        Assert.True(operations > 15, $"only {operations} operations were seen");
        for (var stop = 1; stop <= operations; stop++)
        {
            using var folder = New(kind);
            Assert.Throws<InvalidOperationException>(() => folder.Open(StopAt(folder, stop)).EnsureMachine(SiteFolder.Web01));

            var site = folder.Open();
            Assert.All(site.Snapshot().Machines, machine => Assert.True(site.HasAllDisks(machine)));
            site.EnsureMachine(SiteFolder.Web01);

            Assert.Equal([(4L << 20) + 512, 2L << 20], Capacities(site));
            Assert.True(site.HasAllDisks(SiteFolder.Web01), $"stopped at operation {stop}");
            Assert.True(Blocks.IsZero(ReadAll(site, 0)));
        }
    }

    [Fact]
    [Requirement("FB-04")]
    public void Removing_a_machine_keeps_its_disks_and_their_content()
    {
        using var folder = SiteFolder.Azure();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        WriteByte(site, 1, 9);
        site.PowerOn("web01", 3);

        site.RemoveMachine("web01");
        site.RemoveMachine("web01");

        Assert.Empty(site.Snapshot().Machines);
        Assert.True(site.HasAllDisks(SiteFolder.Web01));
        Assert.Equal((PowerState.Off, 0L), site.EnsureMachine(SiteFolder.Web01) is var machine ? (machine.Power, machine.Epoch) : default);
        Assert.Equal(9, ReadAll(site, 1)[0]);
    }

    // kind | file deleted | whether every disk is still there
    [Theory]
    [InlineData(FabricKind.Azure, "disks/web01/data.vhd", false)]
    [InlineData(FabricKind.VMware, "datastores/datastore1/web01/data.vmdk", false)]
    [InlineData(FabricKind.VMware, "datastores/datastore1/web01/data-flat.vmdk", false)]
    [InlineData(FabricKind.VMware, "machines/web01.json", true)]
    public void A_disk_is_there_only_as_a_whole(FabricKind kind, string deleted, bool all)
    {
        using var folder = New(kind);
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        Assert.True(site.HasAllDisks(SiteFolder.Web01));

        File.Delete(Path.Combine(folder.Root, deleted));

        Assert.Equal(all, site.HasAllDisks(SiteFolder.Web01));
    }

    [Fact]
    public void Disks_that_are_not_of_the_machine_s_size_are_refused_and_nothing_stays_open()
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        folder.Edit("machines/web01.json", $"{2 << 20}", $"{3 << 20}");

        Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => site.OpenDisks("web01", writable: true)).Error.Id);
    }

    [Fact]
    public void A_test_machine_does_not_take_the_place_of_a_machine()
    {
        using var folder = SiteFolder.Azure();
        var site = folder.Open();
        var machine = site.EnsureMachine(SiteFolder.Web01 with { Name = "web01-test" });

        Record.Exception(() => site.AddTestMachine(SiteFolder.Web01 with { Name = "web01-test", Uuid = Guid.Empty }, null));

        Assert.Equal(machine.Disks, site.GetMachine("web01-test").Disks);
        Assert.Single(site.Snapshot().Machines);
    }

    private static SiteFolder New(FabricKind kind) => kind == FabricKind.VMware ? SiteFolder.VMware() : SiteFolder.Azure();

    private static int CountOperations(FabricKind kind)
    {
        using var folder = New(kind);
        var count = 0;
        folder.Open(new ObservedFileSystem(folder.Files, (_, _) => count++)).EnsureMachine(SiteFolder.Web01);
        return count;
    }

    private static ObservedFileSystem StopAt(SiteFolder folder, int operation)
    {
        var count = 0;
        return new ObservedFileSystem(folder.Files, (_, _) => _ = ++count >= operation ? throw new InvalidOperationException("stopped") : 0);
    }

    private static long SizeOf(SiteFolder folder, string file) => new FileInfo(Path.Combine(folder.Root, file)).Length;

    private static long[] Capacities(EmbeddedSite site) => WithDisks(site, writable: false, disks => disks.Select(disk => disk.Length).ToArray());

    private static byte[] ReadAll(EmbeddedSite site, int disk) => WithDisks(site, writable: false, disks =>
    {
        var content = new byte[disks[disk].Length];
        disks[disk].Read(0, content);
        return content;
    });

    private static void WriteByte(EmbeddedSite site, int disk, byte value) => WithDisks(site, writable: true, disks =>
    {
        disks[disk].Write(0, [value]);
        return value;
    });

    private static T WithDisks<T>(EmbeddedSite site, bool writable, Func<IReadOnlyList<IBlockDevice>, T> use)
    {
        var disks = site.OpenDisks("web01", writable);
        try
        {
            return use(disks);
        }
        finally
        {
            disks.ToList().ForEach(disk => disk.Dispose());
        }
    }

    private static string Texts(SiteFolder folder) => string.Join('\n', Directory.EnumerateFiles(folder.Root, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith("-flat.vmdk", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(path => $"{path}: {File.ReadAllText(path)}"));
}
