using System.Management.Automation;
using System.Security;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>A cmdlet that changes protected items, one job for each.</summary>
public abstract class ItemCmdlet : JobCmdlet
{
    /// <summary>Protected items, or their names; also what a job worked on, or the item of a recovery point.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Identity("Item", "TargetObjectName", "Name")]
    [ArgumentCompleter(typeof(ItemCompleter))]
    [Alias("Name")]
    public string[] Item { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Item)
        {
            Submit(item);
        }
    }

    /// <summary>Submits the command for one item.</summary>
    private protected void Submit(string item)
    {
        if (PlanIdentity.PlanIn(item) is { } plan)
        {
            SubmitForPlan(plan);
        }
        else if (CommandFor(item) is { } command)
        {
            Submit(command);
        }
    }

    /// <summary>What is done for the job of a recovery plan; it is refused unless the cmdlet is one for plans, too.</summary>
    private protected virtual void SubmitForPlan(string plan) => WriteError(Core.Errors.ErrorCatalogue.Error("PlanGiven", plan), plan);

    /// <summary>The command for one item; null when an error was written.</summary>
    private protected abstract FailbackCommand? CommandFor(string item);
}

/// <summary>A point cmdlet that reads what may lie encrypted in Azure (FO-06).</summary>
public abstract class EncryptedPointCmdlet : PointCmdlet
{
    /// <summary>The file of the certificate (PKCS #12, with its private key) that the data of the machines' VMM cloud is encrypted with in Azure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EncryptionCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? EncryptionCertificatePassword { get; set; }

    /// <summary>What a command tells of the certificate; null without one.</summary>
    private protected EncryptionCertificate? Certificate { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Certificate = UseCertificate(EncryptionCertificate, EncryptionCertificatePassword);
    }
}

/// <summary>An item cmdlet that starts from a recovery point.</summary>
public abstract class PointCmdlet : ItemCmdlet
{
    /// <summary>
    /// <c>Latest</c> (everything the target received is processed first), <c>LatestProcessed</c> (the newest listed point),
    /// <c>LatestAppConsistent</c>, <c>LatestCrashConsistent</c>, a recovery point, its id or its label, or a time with its time zone
    /// (the newest point at or before it).
    /// </summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Identity("Id")]
    [Alias("PointId")]
    public string RecoveryPoint { get; set; } = PointChoice.Latest;

    private readonly List<(string Item, string Point)> _asked = [];

    // Nothing begins before the last input is known: of several points of one item none may simply be the first.
    /// <inheritdoc/>
    protected override void ProcessRecord() => _asked.AddRange(Item.Select(item => (item, RecoveryPoint)));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var group in _asked.GroupBy(asked => asked.Item, StringComparer.OrdinalIgnoreCase))
        {
            var points = group.Select(asked => asked.Point).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            if (points.Length > 1)
            {
                WriteError(Core.Errors.ErrorCatalogue.Error("SeveralPoints", group.Key, points.Length), group.Key);
                continue;
            }

            RecoveryPoint = points[0];
            Submit(group.Key);
        }
    }

    /// <summary>Finds the chosen point: null for the latest.</summary>
    /// <returns>False when there is no such point; the error was written.</returns>
    private protected bool TryFindPoint(string item, out Guid? point)
    {
        var choice = new PointChoice(RecoveryPoint);
        Guid? found = null;
        var known = false;
        Run(item, async (_, cancellation) =>
        {
            found = await choice.FindAsync(Service, item, common: false, cancellation).ConfigureAwait(false);
            known = true;
        });
        point = found;
        return known;
    }
}
