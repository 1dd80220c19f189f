using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Makes a machine at a site from copies of disk images.</summary>
[Cmdlet(VerbsCommon.New, "AsrMachine", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class NewAsrMachineCommand : JobCmdlet
{
    /// <summary>The machine's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>The disk images in order (raw, VMDK, VHD; with qemu-img VHDX, qcow2, VDI); copied, never written.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [Identity("FullName")]
    public string[] DiskPath { get; set; } = [];

    /// <summary>The guest's operating system; the master target must be of the same family.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("Linux", "Windows")]
    public string OperatingSystem { get; set; } = "Linux";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var images = DiskPath.Select(TryFullPath).OfType<string>().ToArray();
        if (images.Length == DiskPath.Length)
        {
            Submit(new ImportMachine(Fabric, Name, OperatingSystem, images));
        }
    }
}
