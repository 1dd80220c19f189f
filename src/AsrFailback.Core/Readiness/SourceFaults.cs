using System.Globalization;
using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Readiness;

/// <summary>A source whose site answers, but whose machine cannot be looked at or shut down: a failover goes on without it (FO-03). Pure.</summary>
public static class SourceFaults
{
    private const string WarningId = "SourceBroken";

    /// <summary>What is wrong with the source of a failover; null when nothing is, or its site does not answer.</summary>
    public static AsrError? Of(Situation at) => at.SourceFault
        ?? (at.SeesSource && at.Machine is null ? ErrorCatalogue.Error("MachineNotFound", at.Facts.Item, at.Source.Inventory.Fabric) : null);

    /// <summary>What the caller is told of it.</summary>
    /// <param name="item">The item.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="loss">The work that is lost; null when it is not known.</param>
    public static AsrError Warning(string item, AsrError fault, TimeSpan? loss) => ErrorCatalogue.Error(
        WarningId, item, fault.Message, loss is { } known ? Math.Round(known.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture) : "?");

    /// <summary>Whether a warning tells of such a source.</summary>
    public static bool IsWarning(AsrError warning) => warning.Id == WarningId;
}
