using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Runs the whole story on real disks in a folder of its own, compares every block, and reports.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "AsrDrill", SupportsShouldProcess = true)]
[OutputType(typeof(DrillReport))]
public sealed class InvokeAsrDrillCommand : AsrCmdlet
{
    /// <summary>A new or empty folder to keep vault, sites and witness in; by default a temporary one, kept only when the drill was not verified.</summary>
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    /// <summary>How much data: Small is 64 MiB in all, Default 1 GiB and 512 MiB.</summary>
    [Parameter]
    public DrillSize Size { get; set; } = DrillSize.Small;

    /// <summary>Your own images (raw, VMDK, VHD; with qemu-img VHDX, qcow2, VDI); copied, never written.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("FullName")]
    [Alias("FullName")]
    public string[] DiskPath { get; set; } = [];

    /// <summary>Seed of all generated content.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Break replication on purpose; the drill must notice.</summary>
    [Parameter]
    public DrillMutation Mutation { get; set; }

    private readonly List<string> _disks = [];
    private bool _unusable;
    private bool _unverified;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in DiskPath.Select(TryFullPath))
        {
            _disks.Add(path ?? "");
            _unusable |= path is null; // its error was written; a drill without that disk was not asked for
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var temporary = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"asr-drill-{Environment.ProcessId}-{Guid.NewGuid():N}");
        if (_unusable || (Path is null ? temporary : TryFullPath(Path)) is not { } folder || !Confirmed(folder, Messages.Get("RunDrill"), force: false))
        {
            return;
        }

        try
        {
            Run(folder, (pump, cancellation) => DrillAsync(folder, pump, cancellation));
        }
        finally
        {
            if (Path is null && !_unverified && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task DrillAsync(string folder, OutputPump pump, CancellationToken cancellation)
    {
        var vault = System.IO.Path.Combine(folder, "vault");
        EngineHost.Create(vault, "drill", new RunDrill(DrillOptions.Of(Size, Seed, Mutation, _disks)));
        var service = EngineHost.Open(vault);
        try
        {
            var name = (await service.GetJobsAsync(cancellation).ConfigureAwait(false))[^1].Name;
            var job = await new JobWatcher(service, pump.Progress).WaitAsync(name, timeout: null, cancellation).ConfigureAwait(false);
            pump.Write(EngineHost.ReportOf(job));
            if (job.Error is { } error)
            {
                _unverified = true; // the folder is the evidence
                pump.Error(new AsrException(error), folder);
            }
        }
        finally
        {
            await EngineHost.CloseAsync(service).ConfigureAwait(false);
        }
    }
}
