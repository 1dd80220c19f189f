using System.Text.RegularExpressions;

namespace AsrFailback.Engine.Tests;

/// <summary>What somebody else does to the images of a machine, past the engine.</summary>
internal static partial class Stranger
{
    private const int Length = 4096;

    public static string HomeDisk(DrWorld world, string datastore = "datastore1") =>
        Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", datastore, DrWorld.Item, "disk0-flat.vmdk");

    public static string AzureDisk(DrWorld world) => Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item, "disk0.vhd");

    /// <summary>Switches a machine on; <paramref name="site"/> is <c>home</c> or <c>azure</c>.</summary>
    public static void SwitchOn(DrWorld world, string site, string machine = DrWorld.Item)
    {
        var states = Path.Combine(world.SiteRoot(site == "home" ? DrWorld.Home : DrWorld.Azure), "state", "machines");
        Directory.CreateDirectory(states);
        var known = File.Exists(Path.Combine(states, machine + ".json"));
        WorldEdit.Make(world, $"{site}/{machine}/state:power=On {(known ? "" : $"{site}/{machine}/state:epoch=0")}");
    }

    /// <summary>Gives the first disk of the home machine a snapshot, to which the machine writes into every MiB and clears what is beside it.</summary>
    public static string TakeSnapshot(DrWorld world)
    {
        var folder = Path.GetDirectoryName(HomeDisk(world))!;
        var bytes = new FileInfo(HomeDisk(world)).Length;
        var grain = DeltaImage.GrainOf(bytes);
        var content = ContentId().Match(File.ReadAllText(Path.Combine(folder, "disk0.vmdk"))).Groups["id"].Value;
        var written = Enumerable.Repeat((byte)0x5a, grain).ToArray();
        var snapshot = Path.Combine(folder, "disk0-000001.vmdk");
        File.WriteAllBytes(snapshot, DeltaImage.Sparse(
            bytes, DeltaImage.Descriptor("monolithicSparse", "5a5a5a5a", content, "disk0.vmdk", $"RW {bytes / DeltaImage.Sector} SPARSE \"disk0-000001.vmdk\""),
            [.. Enumerable.Range(0, (int)(bytes >> 20)).Select(index => index * ((1 << 20) / grain)).SelectMany(at => new (int, byte[]?)[] { (at, written), (at + 1, null) })]));
        world.EditMachine(DrWorld.Home, machine =>
        {
            machine["disks"]![0]!["file"] = Path.GetRelativePath(world.SiteRoot(DrWorld.Home), snapshot);
            machine["snapshots"] = 1;
        });
        return snapshot;
    }

    public static void Write(string image, long offset)
    {
        using var file = File.OpenHandle(image, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, Enumerable.Repeat((byte)0x5a, Length).ToArray(), offset);
    }

    /// <summary>Writes something into every MiB of an image.</summary>
    public static void WriteAllOver(string image)
    {
        for (var offset = 0L; offset < new FileInfo(image).Length - Length; offset += 1 << 20)
        {
            Write(image, offset);
        }
    }

    [GeneratedRegex("^CID=(?<id>[0-9a-f]{8})", RegexOptions.Multiline)]
    private static partial Regex ContentId();
}
