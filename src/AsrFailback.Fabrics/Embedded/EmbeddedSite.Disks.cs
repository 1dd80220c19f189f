using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Fabrics.Embedded;

/// <content>The disk images of a site's machines.</content>
public sealed partial class EmbeddedSite
{
    /// <summary>Whether a file that a new machine's disk would take exists already; null when none does.</summary>
    public string? ExistingDiskFile(Machine like)
    {
        var site = ReadSite();
        return like.Disks.Select(disk => FileOf(site.Kind, site.Datastores[0].Folder, like.Name, disk))
            .SelectMany(file => new[] { SitePath.Resolve(_root, file), ContentFile(file) }).FirstOrDefault(_files.Exists);
    }

    /// <summary>Where a file may be that is needed while the disks of a new machine are filled: beside them.</summary>
    public string TemporaryFile(Machine like, string name)
    {
        var site = ReadSite();
        return SitePath.Resolve(_root, $"{site.Datastores[0].Folder}/{like.Name}/{name}");
    }

    /// <summary>Makes fresh disks, all zero, for a machine that is not there yet; what an earlier attempt left is replaced.</summary>
    /// <returns>The disks in order, writable.</returns>
    public IReadOnlyList<IBlockDevice> CreateDisks(Machine like)
    {
        RequireReachable();
        var site = ReadSite();
        return [.. like.Disks.Select(disk =>
        {
            var file = FileOf(site.Kind, site.Datastores[0].Folder, like.Name, disk);
            _files.Delete(SitePath.Resolve(_root, file));
            _files.Delete(ContentFile(file));
            EnsureDisk(disk with { File = file });
            return OpenDisk(disk with { File = file }, writable: true);
        })];
    }

    /// <summary>Whether every disk of a machine is here: its own, or the seed left by a machine that was removed.</summary>
    /// <param name="like">The machine as it is at the other site.</param>
    /// <param name="datastore">Where a machine that is made anew would lie; null for the first datastore.</param>
    public bool HasAllDisks(Machine like, string? datastore = null)
    {
        var site = ReadSite();
        return FindMachine(like.Name) is { } machine
            ? machine.Disks.All(disk => IsWhole(disk.File))
            : like.Disks.All(disk => IsWhole(FileOf(site.Kind, StoreFor(site, datastore).Folder, like.Name, disk)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<IBlockDevice> OpenDisks(string machine, bool writable)
    {
        RequireReachable();
        var opened = new List<IBlockDevice>();
        try
        {
            foreach (var disk in ReadMachine(machine).Disks)
            {
                opened.Add(OpenDisk(disk, writable));
            }

            return opened;
        }
        catch
        {
            opened.ForEach(disk => disk.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ImageFiles(string machine) => [.. ReadMachine(machine).Disks.Select(disk => ContentFile(disk.File))];

    /// <inheritdoc/>
    public void BeginWriting(string machine)
    {
        foreach (var disk in ReadMachine(machine).Disks.Where(disk => IsVmdk(disk.File)))
        {
            FlatVmdk.RenewContentId(_files, SitePath.Resolve(_root, disk.File));
        }
    }

    private DatastoreDocument StoreFor(SiteDocument site, string? name) => name is null
        ? site.Datastores[0]
        : site.Datastores.FirstOrDefault(store => IsNamed(store.Name, name)) ?? throw ErrorCatalogue.Exception("DatastoreNotFound", name, Name);

    private static bool IsVmdk(string file) => file.EndsWith(".vmdk", StringComparison.OrdinalIgnoreCase);

    private static bool IsRaw(string file) => file.EndsWith(".img", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".raw", StringComparison.OrdinalIgnoreCase);

    // What a physical server has are disks, not images of them.
    private static string FileOf(FabricKind kind, string folder, string machine, MachineDisk disk) =>
        $"{folder}/{machine}/{disk.Name}{(kind.IsVSphere() ? ".vmdk" : kind == FabricKind.Physical ? ".img" : ".vhd")}";

    private void EnsureDisk(MachineDisk disk)
    {
        if (IsWhole(disk.File) || IsSnapshot(disk))
        {
            return; // a snapshot is whole once it is merged
        }

        var path = SitePath.Resolve(_root, disk.File);
        _files.CreateFolder(Path.GetDirectoryName(path)!);
        _files.Delete(path);
        if (IsVmdk(disk.File))
        {
            FlatVmdk.Create(_files, path, disk.CapacityBytes, Guid.NewGuid());
        }
        else if (IsRaw(disk.File))
        {
            RawImage.Create(_files, path, disk.CapacityBytes);
        }
        else
        {
            FixedVhd.Create(_files, path, disk.CapacityBytes, Guid.NewGuid());
        }
    }

    private IBlockDevice OpenDisk(MachineDisk disk, bool writable)
    {
        var path = SitePath.Resolve(_root, disk.File);
        if (IsSnapshot(disk))
        {
            throw ErrorCatalogue.Exception("ImageInvalid", path, "disk of its machine", "it is a snapshot with a parent; merge the snapshots first");
        }

        var device = IsVmdk(disk.File) ? FlatVmdk.Open(_files, path, writable)
            : IsRaw(disk.File) ? RawImage.Open(_files, path, writable)
            : FixedVhd.Open(_files, path, writable, disk.CapacityBytes);
        if (device.Length == disk.CapacityBytes)
        {
            return device;
        }

        var found = device.Length;
        device.Dispose();
        throw ErrorCatalogue.Exception("ImageInvalid", path, "disk of its machine", $"it holds {found} bytes and the machine says {disk.CapacityBytes}");
    }

    private string ContentFile(string file)
    {
        var path = SitePath.Resolve(_root, file);
        return IsVmdk(file) ? FlatVmdk.ExtentPath(path) : path;
    }

    private bool IsWhole(string file) => _files.Exists(SitePath.Resolve(_root, file)) && _files.Exists(ContentFile(file));
}
