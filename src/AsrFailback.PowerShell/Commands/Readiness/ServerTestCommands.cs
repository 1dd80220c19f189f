using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Says what is wrong with servers, one report for each.</summary>
public abstract class ServerTestCmdlet : VaultCmdlet
{
    private bool _ready = true;
    private bool _any;
    private NameChoice? _names;

    /// <summary>Servers of Get-Asr…, whose fabrics are looked at for them, or fabrics, whose servers are looked at.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Servers, or their names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0)]
    [Identity("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InventoryCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Fabrics to look at, or their names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 1)]
    [Identity("Fabric", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FabricCompleter))]
    public string[] Fabric { get; set; } = ["*"];

    /// <summary>Only say whether every server can be used: one value for all of them.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected abstract ServerRole Role { get; }

    private protected NameChoice Names => _names!;

    private protected virtual string? ForItem => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _names = Choice(Name);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Look(InputObject?.BaseObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Run(Name, (pump, _) =>
        {
            pump.Errors(Names);
            return Task.CompletedTask;
        });
        if (Quiet)
        {
            WriteObject(_ready && _any);
        }
    }

    /// <summary>Looks at what came down the pipeline, or at what the parameters name.</summary>
    private void Look(object? input)
    {
        switch (input)
        {
            case null:
                Report(Names, Fabric, ForItem);
                break;
            case ProtectedItem item:
                Report(Names, Fabric, item.Name);
                break;
            case Fabric site:
                Report(Names, [site.Name], ForItem);
                break;
            case string name:
                ReportNamed(name, Fabric);
                break;
            default:
                var server = PSObject.AsPSObject(input).Properties;
                ReportNamed($"{server[nameof(Name)]?.Value}", [$"{server[nameof(Fabric)]?.Value ?? "*"}"]);
                break;
        }
    }

    /// <summary>Writes the reports of the chosen servers.</summary>
    private protected void Report(NameChoice names, string[] sites, string? item)
    {
        var ready = false;
        Run(sites, async (pump, cancellation) =>
        {
            var fabrics = new NameChoice(sites, "FabricNotFound");
            var reports = new List<ServerReport>();
            foreach (var fabric in (await Service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabrics.Takes(fabric.Name)))
            {
                var found = await Service.GetServerReportsAsync(fabric.Name, Role, item, cancellation).ConfigureAwait(false);
                reports.AddRange(found.Where(report => names.Takes(report.Name)));
            }

            ready = reports.All(report => report.Ready);
            _any |= reports.Count > 0;
            foreach (var report in Quiet ? [] : reports)
            {
                pump.Write(report);
            }

            pump.Errors(fabrics);
        });
        _ready &= ready;
    }

    private void ReportNamed(string name, string[] sites)
    {
        var names = Choice([name]);
        Report(names, sites, ForItem);
        Run(name, (pump, _) =>
        {
            pump.Errors(names);
            return Task.CompletedTask;
        });
    }

    private NameChoice Choice(string[] names) => new(names, "InventoryNotFound", Fabric is ["*"] ? Messages.Get("AnySite") : string.Join(", ", Fabric));
}

/// <summary>Looks at master targets: every check, free slots, and what speaks against each volume and datastore.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrMasterTarget")]
[OutputType(typeof(MasterTargetReport), typeof(bool))]
public sealed class TestAsrMasterTargetCommand : ServerTestCmdlet
{
    /// <summary>A protected item the master target is to take home: its operating system, disks and datastores are looked at too.</summary>
    [Parameter]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    public string? Item { get; set; }

    private protected override ServerRole Role => ServerRole.MasterTarget;

    private protected override string? ForItem => Item;
}

/// <summary>Looks at process servers: whether they answer, their ports, their last report.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrProcessServer")]
[OutputType(typeof(ServerReport), typeof(bool))]
public sealed class TestAsrProcessServerCommand : ServerTestCmdlet
{
    private protected override ServerRole Role => ServerRole.ProcessServer;
}

/// <summary>Looks at configuration servers: whether they are connected, and what their account may do.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AsrConfigurationServer")]
[OutputType(typeof(ServerReport), typeof(bool))]
public sealed class TestAsrConfigurationServerCommand : ServerTestCmdlet
{
    private protected override ServerRole Role => ServerRole.ConfigurationServer;
}
