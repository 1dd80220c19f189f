using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A site in a temporary folder, its files open to the tests; removed at the end.</summary>
internal sealed class SiteFolder : IDisposable
{
    /// <summary>The smallest valid site: no property that could be left out.</summary>
    public const string SmallSite = """{ "version": 1, "kind": "VMware", "datastores": [ { "name": "ds", "type": "VMFS", "folder": "ds", "hosts": [] } ] }""";

    /// <summary>The smallest valid machine.</summary>
    public const string SmallMachine = """
        {
          "version": 1, "uuid": "7a1d6a3e-0000-4000-8000-000000000001", "operatingSystem": "Linux",
          "disks": [ { "name": "os", "file": "ds/web01/os.vmdk", "capacityBytes": 1048576 } ]
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asr-site-");

    public string Root => Path.Combine(_folder.FullName, "site");

    /// <summary>A folder beside the site, which nothing in the site may reach.</summary>
    public string Outside => Path.Combine(_folder.FullName, "outside");

    public IFileSystem Files { get; } = new LocalFileSystem();

    public string SiteFile => Path.Combine(Root, "site.json");

    public static Machine Web01 { get; } = new(
        "web01", new Guid("7a1d6a3e-0000-4000-8000-000000000001"), "Linux", "", MachineNic.Only(null),
        [new("os", "", (4 << 20) + 512), new("data", "", 2 << 20)], PowerState.On, 3);

    public static SiteFolder VMware()
    {
        var folder = new SiteFolder();
        SiteTemplate.CreateVMware(folder.Files, folder.Root);
        return folder;
    }

    public static SiteFolder Azure()
    {
        var folder = new SiteFolder();
        SiteTemplate.CreateAzure(folder.Files, folder.Root);
        return folder;
    }

    /// <summary>A site whose files are exactly these texts.</summary>
    public static SiteFolder Of(string site, string? machine = null, string machineName = "web01")
    {
        var folder = new SiteFolder();
        folder.Write("site.json", site);
        if (machine is not null)
        {
            folder.Write($"machines/{machineName}.json", machine);
        }

        return folder;
    }

    public EmbeddedSite Open(IFileSystem? files = null) => new(files ?? Files, "onprem", Root);

    public void Write(string relative, string text)
    {
        var path = Path.Combine(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>Replaces a text that must be there.</summary>
    public void Edit(string relative, string old, string replacement)
    {
        var text = Read(relative);
        Assert.Contains(old, text, StringComparison.Ordinal);
        Write(relative, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
