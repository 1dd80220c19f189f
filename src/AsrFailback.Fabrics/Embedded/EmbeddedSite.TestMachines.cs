using AsrFailback.Core.Errors;

namespace AsrFailback.Fabrics.Embedded;

/// <content>Machines of test failovers: their disks are overlays in a folder of their own.</content>
public sealed partial class EmbeddedSite
{
    /// <inheritdoc/>
    public string TestFolder(string machine) => Path.Combine(_root, "test", SitePath.RequireName(_root, machine));

    /// <summary>Adds a machine whose disks are overlays; all its network interfaces are attached to one network, or to none.</summary>
    public void AddTestMachine(Machine machine, string? network)
    {
        RequireReachable();
        if (_files.Exists(MachinePath(machine.Name)) && !IsTestMachine(ReadMachine(machine.Name)))
        {
            throw ErrorCatalogue.Exception("FileExists", MachinePath(machine.Name));
        }

        RemoveTestDisks(machine.Name); // left by an earlier test: their blocks would lie over another point
        _files.CreateFolder(TestFolder(machine.Name));
        WriteMachine(machine.Name, new MachineDocument
        {
            Version = MachineDocument.CurrentVersion,
            Uuid = machine.Uuid,
            OperatingSystem = machine.OperatingSystem,
            Host = machine.Host,
            Nics = [.. machine.Nics.Select(nic => nic with { Network = network, Address = null, TargetAddress = null })],
            Disks = [.. machine.Disks.Select(disk => disk with { File = $"test/{machine.Name}/{disk.Name}.overlay" })],
        });
    }

    /// <summary>Whether anything of a test machine is here: the machine, or what it wrote.</summary>
    public bool HasTestMachine(string machine) =>
        Overlays(machine).Count > 0 || (FindMachine(machine) is { } found && IsTestMachine(found));

    /// <summary>Removes a test machine with everything it wrote; another machine of its name is left alone.</summary>
    public void RemoveTestMachine(string machine)
    {
        RequireReachable();
        if (FindMachine(machine) is { } found && IsTestMachine(found))
        {
            RemoveMachine(machine);
        }

        RemoveTestDisks(machine);
        _files.DeleteFolder(TestFolder(machine));
    }

    /// <summary>Whether the disks of a machine are those of a test failover.</summary>
    public static bool IsTestMachine(Machine machine) => machine.Disks.Count > 0 && machine.Disks.All(disk => disk.File.StartsWith("test/", StringComparison.Ordinal));

    private void RemoveTestDisks(string machine)
    {
        var overlays = Overlays(machine);
        foreach (var overlay in overlays)
        {
            _files.Delete(overlay);
        }

        if (overlays.Count > 0)
        {
            _files.FlushFolder(TestFolder(machine));
        }
    }

    private IReadOnlyList<string> Overlays(string machine) => _files.List(TestFolder(machine), "*.overlay");
}
