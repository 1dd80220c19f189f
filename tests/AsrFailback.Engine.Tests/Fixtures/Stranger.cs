namespace AsrFailback.Engine.Tests;

/// <summary>What somebody else does to the images of a machine, past the engine.</summary>
internal static class Stranger
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
}
