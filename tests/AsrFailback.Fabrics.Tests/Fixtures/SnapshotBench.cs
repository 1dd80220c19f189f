using System.Text;
using System.Text.Json.Nodes;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Tests;

/// <summary>
/// A machine with two disks, of which one has two snapshots: the older one of two files, the newer one of one file. Every kind of
/// grain is in it: hidden twice, hidden once, hidden by zeros, at the end of the disk, and not hidden.
/// </summary>
internal sealed class SnapshotBench : IDisposable
{
    public const int Bytes = (24 * DeltaImage.Grain) + (3 * DeltaImage.Sector);
    public const string Newest = "os-000002.vmdk";
    public const string Oldest = "os-000001.vmdk";

    private const int FirstPart = 16 * DeltaImage.Grain;

    public SnapshotBench()
    {
        Site = Folder.Open();
        var machine = Site.EnsureMachine(SiteFolder.Web01 with { Disks = [new("os", "", Bytes), new("data", "", 1 << 20)] });
        DiskFolder = Path.Combine(Folder.Root, Path.GetDirectoryName(machine.Disks[0].File)!);
        Base = Random(1, Bytes);
        File.WriteAllBytes(In("os-flat.vmdk"), Base);
        File.WriteAllText(In("os.vmdk"), System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(In("os.vmdk")), "CID=[0-9a-f]{8}\nparent", "CID=0000abcd\nparent"));
        WriteOldest();
        WriteNewest();
        Use(Newest, 2);
    }

    public SiteFolder Folder { get; } = SiteFolder.VMware();

    public EmbeddedSite Site { get; }

    public string DiskFolder { get; }

    public byte[] Base { get; }

    /// <summary>What the machine sees.</summary>
    public byte[] Expected => Over(Middle, (1, 31), (2, null), (5, 32), (24, 33));

    private byte[] Middle => Over(Base, (0, 21), (1, 22), (3, null), (4, null), (5, null), (20, 23), (24, 24));

    public string In(string name) => Path.Combine(DiskFolder, name);

    public string[] Files => [.. Directory.EnumerateFiles(DiskFolder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public byte[] Flat => File.ReadAllBytes(In("os-flat.vmdk"));

    public string Document => Folder.Read("machines/web01.json");

    /// <summary>Writes a file of the machine's folder.</summary>
    public void Put(string name, string text) => File.WriteAllText(In(name), text);

    public void WriteOldest(string content = "11111111", string parentContent = "abcd", string parent = "os.vmdk")
    {
        Put(Oldest, DeltaImage.Descriptor(
            "twoGbMaxExtentSparse", content, parentContent, parent,
            $"RW {FirstPart / DeltaImage.Sector} SPARSE \"os-000001-s001.vmdk\"", $"RW {(Bytes - FirstPart) / DeltaImage.Sector} SPARSE \"os-000001-s002.vmdk\""));
        File.WriteAllBytes(In("os-000001-s001.vmdk"), DeltaImage.Sparse(FirstPart, "", [(0, Grain(21)), (1, Grain(22)), (3, null), (4, null), (5, null)]));
        File.WriteAllBytes(In("os-000001-s002.vmdk"), DeltaImage.Sparse(Bytes - FirstPart, "", [(4, Grain(23)), (8, Grain(24))]));
    }

    public void WriteNewest(string parentContent = "11111111", string parent = Oldest) => File.WriteAllBytes(In(Newest), DeltaImage.Sparse(
        Bytes, DeltaImage.Descriptor("monolithicSparse", "22222222", parentContent, parent, $"RW {Bytes / DeltaImage.Sector} SPARSE \"{Newest}\""),
        [(1, Grain(31)), (2, null), (5, Grain(32)), (24, Grain(33))]));

    /// <summary>Lets the machine's first disk be another file.</summary>
    public void Use(string file, int snapshots, bool merge = true)
    {
        var document = JsonNode.Parse(Document)!;
        document["disks"]![0]!["file"] = Path.GetRelativePath(Folder.Root, In(file));
        document["snapshots"] = snapshots;
        document["snapshotsMerge"] = merge;
        Folder.Write("machines/web01.json", document.ToJsonString());
    }

    /// <summary>Nothing is left of the snapshots but what they held.</summary>
    public void RequireMerged(byte[] expected)
    {
        var site = Folder.Open();
        var machine = site.GetMachine("web01");
        Assert.Equal((0, In("os.vmdk")), (machine.Snapshots, Path.Combine(Folder.Root, machine.Disks[0].File)));
        Assert.Equal(expected, Read(site));
        Assert.Equal(["data-flat.vmdk", "data.vmdk", "os-flat.vmdk", "os.vmdk"], Files);
        Assert.False(File.Exists(Path.Combine(Folder.Root, "state", "merged", "web01.json")));
    }

    public static byte[] Read(EmbeddedSite site)
    {
        var disks = site.OpenDisks("web01", writable: false);
        var content = new byte[disks[0].Length];
        disks[0].Read(0, content);
        disks.ToList().ForEach(disk => disk.Dispose());
        return content;
    }

    public void Dispose() => Folder.Dispose();

    private static byte[] Over(byte[] below, params (int Grain, int? Seed)[] grains)
    {
        var disk = below.ToArray();
        foreach (var (grain, seed) in grains)
        {
            var at = grain * DeltaImage.Grain;
            (seed is { } known ? Grain(known) : new byte[DeltaImage.Grain]).AsSpan(0, Math.Min(DeltaImage.Grain, disk.Length - at)).CopyTo(disk.AsSpan(at));
        }

        return disk;
    }

    private static byte[] Grain(int seed) => Random(seed, DeltaImage.Grain);

    private static byte[] Random(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
