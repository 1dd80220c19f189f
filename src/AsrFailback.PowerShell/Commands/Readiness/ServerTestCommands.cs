using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Says what is wrong with servers, one report for each.</summary>
public abstract class ServerTestCmdlet : VaultCmdlet
{
    private bool _ready = true;

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

    private protected virtual string? ForItem => null;

    private protected virtual void Take(object? input)
    {
        switch (input)
        {
            case Fabric site:
                Fabric = [site.Name];
                break;
            case string name:
                Name = [name];
                break;
            case not null:
                var server = PSObject.AsPSObject(input).Properties;
                (Name, Fabric) = ([$"{server[nameof(Name)]?.Value}"], [$"{server[nameof(Fabric)]?.Value ?? "*"}"]);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Take(InputObject?.BaseObject);
        var ready = false;
        Run(Name, async (pump, cancellation) =>
        {
            var fabrics = new NameChoice(Fabric, "FabricNotFound");
            var names = new NameChoice(Name, "InventoryNotFound", Fabric is ["*"] ? Messages.Get("AnySite") : string.Join(", ", Fabric));
            var reports = new List<ServerReport>();
            foreach (var fabric in (await Service.GetFabricsAsync(cancellation).ConfigureAwait(false)).Where(fabric => fabrics.Takes(fabric.Name)))
            {
                var found = await Service.GetServerReportsAsync(fabric.Name, Role, ForItem, cancellation).ConfigureAwait(false);
                reports.AddRange(found.Where(report => names.Takes(report.Name)));
            }

            ready = reports.Count > 0 && reports.All(report => report.Ready);
            foreach (var report in Quiet ? [] : reports)
            {
                pump.Write(report);
            }

            pump.Errors(fabrics);
            pump.Errors(names);
        });
        _ready &= ready;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(_ready);
        }
    }
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

    private protected override void Take(object? input)
    {
        if (input is ProtectedItem item)
        {
            Item = item.Name;
            return;
        }

        base.Take(input);
    }
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
