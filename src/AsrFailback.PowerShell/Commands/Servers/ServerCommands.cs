using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Registers a process server with a site, or changes the one of that name.</summary>
[Cmdlet(VerbsLifecycle.Register, "AsrProcessServer", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class RegisterAsrProcessServerCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>The data port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 9443;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new RegisterProcessServer(Fabric, new ProcessServer(Name, Port)));
}

/// <summary>Takes a process server off a site.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "AsrProcessServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class UnregisterAsrProcessServerCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProcessServerCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new UnregisterProcessServer(Fabric, Name));
}

/// <summary>Registers a master target with a VMware site, or changes the one of that name.</summary>
[Cmdlet(VerbsLifecycle.Register, "AsrMasterTarget", SupportsShouldProcess = true)]
[OutputType(typeof(Job))]
public sealed class RegisterAsrMasterTargetCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <summary>The host it runs on.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Host")]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string EsxiHost { get; set; } = "";

    /// <summary>Its operating system: the family of the machines it takes home (MT-01).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("Linux", "Windows")]
    public string? OperatingSystem { get; set; }

    /// <summary>The folder of its retention volume, relative to the site's folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? RetentionVolume { get; set; }

    /// <summary>The datastore its own disks lie on; by default the first that its host can use.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(DatastoreCompleter))]
    public string? Datastore { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new RegisterMasterTarget(Fabric, Name, EsxiHost, OperatingSystem, RetentionVolume, Datastore));
}

/// <summary>Takes a master target off a site; not while a machine replicates through it.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "AsrMasterTarget", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Job))]
public sealed class UnregisterAsrMasterTargetCommand : JobCmdlet
{
    /// <summary>The server's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MasterTargetCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The site: a fabric or its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string Fabric { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => Submit(new UnregisterMasterTarget(Fabric, Name));
}
