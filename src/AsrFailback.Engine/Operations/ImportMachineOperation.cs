using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Makes a machine from copies of disk images. The machine appears when its disks are complete and durable; until then an
/// attempt that was stopped begins anew.
/// </summary>
internal sealed class ImportMachineOperation(ImportMachine command, FailbackEngine engine) : Operation(command, engine)
{
    private const int SectorBytes = 512;

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, CopyImages];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        if (Engine.FabricPath(command.Fabric) is null)
        {
            return [CheckResult.Of("Fabric", "TO-01", false, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric))];
        }

        var busyWith = Engine.Jobs.BusyWith(command.Name, asJob);
        List<CheckResult> checks =
        [
            CheckResult.Of("NotBusy", "FO-11", busyWith is null, () => BusyError.Of(command.Name, busyWith!)),
            CheckResult.Of("Name", "RP-13", SitePath.IsName(command.Name), () => ErrorCatalogue.Error("NameInvalid", command.Name)),
            CheckResult.Of("Images", "RP-13", command.Images.Count > 0, () => ErrorCatalogue.Error("ImagesMissing", command.Name)),
            CheckResult.Of("OperatingSystem", "MT-01", command.OperatingSystem is "Linux" or "Windows", () => ErrorCatalogue.Error("OperatingSystemUnknown", command.OperatingSystem)),
            .. command.Images.Select(CheckImage),
        ];
        if (checks.All(check => check.Passed))
        {
            checks.AddRange(CheckSite(asJob));
        }

        return checks;
    }

    public override long? Estimate() => Describe().Disks.Sum(disk => disk.CapacityBytes);

    private CheckResult CheckImage(string path)
    {
        try
        {
            var length = SourceImage.LengthOf(Engine.Options.Files, path);
            return CheckResult.Of("Image", "RP-13", length > 0 && length % SectorBytes == 0, () => ErrorCatalogue.Error(
                "ImageInvalid", path, "disk image", $"{length} bytes are not a whole number of {SectorBytes}-byte sectors"));
        }
        catch (AsrException refusal)
        {
            return CheckResult.Of("Image", "RP-13", false, () => refusal.Error);
        }
    }

    private IEnumerable<CheckResult> CheckSite(string? asJob)
    {
        var site = Engine.Site(command.Fabric);
        var inventory = site.Snapshot();
        if (!inventory.Reachable)
        {
            yield return CheckResult.Of("SiteReachable", "TO-01", false, () => ErrorCatalogue.Error("SiteUnreachable", command.Fabric));
            yield break;
        }

        var exists = inventory.Machines.Any(machine => string.Equals(machine.Name, command.Name, StringComparison.OrdinalIgnoreCase));
        yield return CheckResult.Of("NoNamesake", "MT-11", !exists, () => ErrorCatalogue.Error("MachineExists", command.Name, command.Fabric));
        if (asJob is null && !exists)
        {
            var inTheWay = site.ExistingDiskFile(Describe());
            yield return CheckResult.Of("NoDiskInTheWay", "RP-13", inTheWay is null, () => ErrorCatalogue.Error("FileExists", inTheWay!));
        }
    }

    private Task CopyImages(TaskContext context)
    {
        var site = Engine.Site(command.Fabric);
        var machine = Describe();
        if (site.Snapshot().Machines.Any(other => other.Name == command.Name))
        {
            return Task.CompletedTask;
        }

        var disks = site.CreateDisks(machine);
        try
        {
            context.SetBytes(CopyAll(machine, disks, site.TemporaryFile(machine, "import.tmp"), context));
        }
        finally
        {
            foreach (var disk in disks)
            {
                disk.Dispose();
            }
        }

        site.EnsureMachine(machine);
        return Task.CompletedTask;
    }

    private long CopyAll(Machine machine, IReadOnlyList<IBlockDevice> disks, string temporary, TaskContext context)
    {
        var total = machine.Disks.Sum(disk => disk.CapacityBytes);
        var (before, written) = (0L, 0L);
        for (var index = 0; index < disks.Count; index++)
        {
            var file = Path.GetFileName(command.Images[index]);
            context.Report(file, before, total);
            using var image = SourceImage.Open(Engine.Options.Files, command.Images[index], temporary, context.Cancellation);
            written += ImageCopy.Copy(image, disks[index], done => context.Report(file, before + done, total), context.Cancellation);
            disks[index].Flush();
            before += image.Length;
        }

        return written;
    }

    private Machine Describe() => new(
        command.Name, Guid.NewGuid(), command.OperatingSystem, "", MachineNic.Only(null),
        [.. command.Images.Select((path, index) => new MachineDisk($"disk{index}", "", SourceImage.LengthOf(Engine.Options.Files, path)))],
        PowerState.Off, 0);
}
