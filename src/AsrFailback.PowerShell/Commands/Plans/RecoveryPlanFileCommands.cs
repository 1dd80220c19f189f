using System.Collections;
using System.Management.Automation;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;

namespace AsrFailback.Commands;

/// <summary>Writes a recovery plan with its actions into a file that can be compared line by line.</summary>
[Cmdlet(VerbsData.Export, "AsrRecoveryPlan", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportAsrRecoveryPlanCommand : VaultCmdlet
{
    /// <summary>The plan's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Name")]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Path { get; set; } = "";

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryFullPath(Path) is not { } path || !Confirmed(path, Messages.Get("ExportPlan", Name), force: false))
        {
            return;
        }

        Run(path, async (pump, cancellation) =>
        {
            var plan = await PlanChoice.FindAsync(Service, Name, cancellation).ConfigureAwait(false);
            if (File.Exists(path) && !Force)
            {
                throw ErrorCatalogue.Exception("FileExists", path);
            }

            await WriteAsync(path, PlanWriter.Write(plan), cancellation).ConfigureAwait(false);
            pump.Write(new FileInfo(path));
        });
    }

    // Whoever watches the file sees the earlier one or this one, never half of it.
    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellation)
    {
        var unfinished = path + ".unfinished";
        try
        {
            await File.WriteAllBytesAsync(unfinished, content, cancellation).ConfigureAwait(false);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(refused, "FileError", path, refused.Message);
        }
    }
}

/// <summary>Makes a recovery plan of a file: of our form, or as the service writes it.</summary>
[Cmdlet(VerbsData.Import, "AsrRecoveryPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Job))]
public sealed class ImportAsrRecoveryPlanCommand : JobCmdlet
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    public string Path { get; set; } = "";

    /// <summary>Replace the plan of the same name, with its actions.</summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    /// <summary>Let the plan be larger than the service allows.</summary>
    [Parameter]
    public SwitchParameter AllowLarge { get; set; }

    /// <summary>Items by the names or ids that the file has for them.</summary>
    [Parameter]
    public Hashtable Item { get; set; } = [];

    /// <summary>SHA-256 of the scripts by file name, for a file of the service.</summary>
    [Parameter]
    public Hashtable ScriptHash { get; set; } = [];

    /// <summary>Addresses of the runbooks by name, for a file of the service.</summary>
    [Parameter]
    public Hashtable Runbook { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        SaveRecoveryPlan? command = null;
        if (TryFullPath(Path) is { } path)
        {
            Run(path, async (_, cancellation) => command = await CommandAsync(path, cancellation).ConfigureAwait(false));
        }

        if (command is not null)
        {
            Submit(command);
        }
    }

    private async Task<SaveRecoveryPlan> CommandAsync(string path, CancellationToken cancellation)
    {
        var file = new RecoveryPlanFile(System.IO.Path.GetFileName(path), await BoundedFile.ReadAsync(path, PlanFile.MaxBytes, cancellation).ConfigureAwait(false))
        {
            Items = Texts(Item), ScriptHashes = Texts(ScriptHash), Runbooks = Texts(Runbook),
        };
        var plan = await Service.ReadRecoveryPlanAsync(file, cancellation).ConfigureAwait(false);
        var known = (await Service.GetRecoveryPlansAsync(cancellation).ConfigureAwait(false)).Any(other => string.Equals(other.Name, plan.Name, StringComparison.OrdinalIgnoreCase));
        return new SaveRecoveryPlan(plan, Replace && known) { AllowLarge = AllowLarge };
    }

    private static Dictionary<string, string> Texts(Hashtable table)
    {
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table)
        {
            texts[$"{entry.Key}"] = $"{entry.Value}";
        }

        return texts;
    }
}
