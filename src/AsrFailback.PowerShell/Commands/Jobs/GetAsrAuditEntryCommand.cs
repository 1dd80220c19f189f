using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Lists who did what with the vault, when, and from where; newest first.</summary>
[Cmdlet(VerbsCommon.Get, "AsrAuditEntry")]
[OutputType(typeof(AuditEntry))]
public sealed class GetAsrAuditEntryCommand : VaultCmdlet
{
    /// <summary>Only entries about these jobs: names, wildcards allowed, or jobs.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [Alias("Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Job { get; set; } = ["*"];

    /// <summary>Only entries about these items, plans or fabrics.</summary>
    [Parameter]
    [Identity("Item", "Name")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ItemCompleter))]
    public string[] Target { get; set; } = ["*"];

    /// <summary>Only entries of this time or later; a time without a zone is that of this computer.</summary>
    [Parameter]
    public DateTimeOffset After { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Only entries from before this time.</summary>
    [Parameter]
    public DateTimeOffset Before { get; set; } = DateTimeOffset.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Job, async (pump, cancellation) =>
    {
        var (jobs, targets) = (new NameChoice(Job, "JobNotFound"), new NameChoice(Target, "ItemNotFound"));
        foreach (var entry in await Service.GetAuditEntriesAsync(cancellation).ConfigureAwait(false))
        {
            if (entry.TimeUtc >= After && entry.TimeUtc < Before && jobs.Takes(entry.Job) & targets.Takes(entry.Target))
            {
                pump.Write(entry);
            }
        }
    });
}
