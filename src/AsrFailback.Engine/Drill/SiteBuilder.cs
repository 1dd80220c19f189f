using AsrFailback.Core.Errors;
using AsrFailback.Engine.Vaults;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Drill;

/// <summary>
/// Builds the drill's two sites and the machine's disks. May be repeated: until it has ended, nothing else has touched
/// what it builds, and the same options give the same content. The folder is the one that holds the vault.
/// </summary>
internal sealed class SiteBuilder(IFileSystem files, string folder, DrillOptions options, Action<string> report)
{
    /// <summary>Name of the machine.</summary>
    public const string Machine = "web01";

    private const double DataShare = 0.45;
    private const int CopySize = 1 << 20;

    private string OnPremises => Path.Combine(folder, "onprem");

    /// <summary>Builds and describes.</summary>
    public async Task<DrillLayout> BuildAsync(CancellationToken cancellation)
    {
        RequirePossible();
        SiteTemplate.CreateVMware(files, OnPremises);
        SiteTemplate.CreateAzure(files, Path.Combine(folder, "azure"));
        var site = new EmbeddedSite(files, "onprem", OnPremises);
        var disks = PlanDisks();
        site.EnsureMachine(new Machine(Machine, Guid.NewGuid(), "Linux", "", MachineNic.Only(null), [.. disks.Select(disk => new MachineDisk(disk.Name, "", disk.Bytes))], PowerState.Off, 0));
        site.PowerOn(Machine, 1);
        var areas = await FillAsync(site, disks, cancellation).ConfigureAwait(false);
        return SaveBaselines(site, disks, areas);
    }

    /// <summary>Refuses a folder with something in it: the drill would have to guess what it may overwrite.</summary>
    /// <exception cref="AsrException"><c>VaultExists</c>, <c>FolderNotEmpty</c>.</exception>
    public static void RequireNew(string vault)
    {
        var full = Path.GetFullPath(vault);
        if (Directory.Exists(full))
        {
            throw ErrorCatalogue.Exception("VaultExists", full);
        }

        var folder = Path.GetDirectoryName(full)!;
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => entry != VaultFolder.Unfinished(full))))
        {
            throw ErrorCatalogue.Exception("FolderNotEmpty", folder);
        }
    }

    /// <summary>Refuses images that cannot be read and a folder without the space; creates nothing.</summary>
    /// <exception cref="AsrException"><c>NotEnoughSpace</c>, or what is wrong with an image.</exception>
    public void RequirePossible()
    {
        var disks = options.WorkloadDiskBytes + (options.UserDisks.Count > 0 ? options.UserDisks.Sum(SizeOf) : options.FileSystemDiskBytes);
        var needed = disks * 2;
        var free = new DriveInfo(NearestExisting(Path.GetFullPath(folder))).AvailableFreeSpace;
        if (free < needed)
        {
            throw ErrorCatalogue.Exception("NotEnoughSpace", folder, needed, free);
        }
    }

    /// <summary>Where the digests of a disk as it began are.</summary>
    public static string BaselinePath(string folder, int disk) => Path.Combine(folder, "witness", $"baseline-{disk}.bin");

    private static string NearestExisting(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent ? folder : NearestExisting(parent);

    private List<DrillDisk> PlanDisks()
    {
        var disks = options.UserDisks.Select((path, index) =>
            new DrillDisk($"disk{index}", SizeOf(path), 0, $"copy of {Path.GetFileName(path)}")).ToList();
        if (disks.Count == 0)
        {
            disks.Add(new DrillDisk("os", options.FileSystemDiskBytes, 0, Ext4Disk.Available
                ? "ext4 filesystem of generated files"
                : "generated blocks (no mke2fs and debugfs here, so no filesystem)"));
        }

        disks.Add(new DrillDisk("data", options.WorkloadDiskBytes, 0, "workload disk, generated blocks"));
        return disks;
    }

    private async Task<List<WorkloadArea>> FillAsync(EmbeddedSite site, List<DrillDisk> disks, CancellationToken cancellation)
    {
        var images = site.ImageFiles(Machine);
        var devices = site.OpenDisks(Machine, writable: true);
        try
        {
            var areas = options.UserDisks.Count > 0
                ? CopyUserDisks(devices, cancellation)
                : await FillFileSystemAsync(images[0], devices[0], disks[0], cancellation).ConfigureAwait(false);
            var last = disks.Count - 1;
            report("Filling the workload disk");
            FillBlocks(devices[last], disks[last].Bytes, seedOffset: 1);
            areas.Add(new WorkloadArea(last, 0, disks[last].Bytes / WitnessLog.ChunkSize));
            foreach (var device in devices)
            {
                device.Flush();
            }

            return areas;
        }
        finally
        {
            foreach (var device in devices)
            {
                device.Dispose();
            }
        }
    }

    private async Task<List<WorkloadArea>> FillFileSystemAsync(string image, IBlockDevice device, DrillDisk disk, CancellationToken cancellation)
    {
        var fileBytes = disk.Bytes / 16;
        if (!Ext4Disk.Available)
        {
            FillBlocks(device, disk.Bytes, seedOffset: 0);
            return [new WorkloadArea(0, disk.Bytes / 2 / WitnessLog.ChunkSize, fileBytes / WitnessLog.ChunkSize)];
        }

        report("Making an ext4 filesystem of real files");
        var scratch = Path.Combine(folder, "scratch");
        await Ext4Disk.FillAsync(image, disk.Bytes, (long)(disk.Bytes * DataShare), fileBytes, options.Seed, scratch, cancellation).ConfigureAwait(false);
        return [.. await Ext4Disk.WorkloadExtentsAsync(image, 0, cancellation).ConfigureAwait(false)];
    }

    private List<WorkloadArea> CopyUserDisks(IReadOnlyList<IBlockDevice> devices, CancellationToken cancellation)
    {
        for (var index = 0; index < options.UserDisks.Count; index++)
        {
            report($"Copying {Path.GetFileName(options.UserDisks[index])}");
            using var image = SourceImage.Open(files, options.UserDisks[index], Path.Combine(folder, "import.tmp"), cancellation);
            ImageCopy.Copy(image, devices[index], _ => { }, cancellation);
        }

        return [];
    }

    private void FillBlocks(IBlockDevice device, long bytes, int seedOffset)
    {
        var content = new byte[CopySize];
        for (long block = 0; block * CopySize < bytes * DataShare; block++)
        {
            var part = content.AsSpan(0, (int)Math.Min(CopySize, bytes - (block * CopySize)));
            SeededContent.Fill(part, options.Seed + seedOffset, block);
            device.Write(block * CopySize, part);
        }
    }

    private DrillLayout SaveBaselines(EmbeddedSite site, List<DrillDisk> disks, List<WorkloadArea> areas)
    {
        report("Recording what the disks hold");
        files.CreateFolder(Path.Combine(folder, "witness"));
        var devices = site.OpenDisks(Machine, writable: false);
        for (var index = 0; index < devices.Count; index++)
        {
            disks[index] = disks[index] with { DataBytes = Baseline.Save(files, BaselinePath(folder, index), devices[index]) };
            devices[index].Dispose();
        }

        return new DrillLayout(disks, areas);
    }

    private long SizeOf(string path) => SourceImage.LengthOf(files, path);
}
