using System.Text.Json;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Json;

namespace AsrFailback.Core.Plans;

/// <summary>What a plan file is read against.</summary>
public sealed record PlanFileWorld
{
    /// <summary>The item of a name or of a machine's id; null when there is none.</summary>
    public required Func<string, string?> ItemOf { get; init; }

    /// <summary>Why a script may not be run; null when it may.</summary>
    public required Func<ScriptAction, AsrError?> ScriptFault { get; init; }

    /// <summary>SHA-256 of the scripts of a plan of the service, which names none, by file name.</summary>
    public IReadOnlyDictionary<string, string> ScriptHashes { get; init; } = new Dictionary<string, string>();

    /// <summary>Addresses of the runbooks of a plan of the service, which names their ids, by name.</summary>
    public IReadOnlyDictionary<string, string> Runbooks { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Recovery plans as files: ours (<c>docs/schema/recovery-plan.schema.json</c>), made to be compared line by line, and the service's own. A
/// file is hostile until it is checked: it is bounded, and whatever is wrong in it is told with its JSON path, all at once. Pure.
/// </summary>
public static class PlanFile
{
    /// <summary>Bytes of a file at most.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The newest version of our files.</summary>
    public const int Version = 1;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a plan.</summary>
    /// <param name="file">The file's name, for errors.</param>
    /// <param name="content">Its content.</param>
    /// <param name="world">What it is read against.</param>
    /// <exception cref="AsrException"><c>FileTooLarge</c>, <c>PlanFileInvalid</c>, with all reasons.</exception>
    public static RecoveryPlan Read(string file, byte[] content, PlanFileWorld world)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > MaxBytes)
        {
            throw ErrorCatalogue.Exception("FileTooLarge", file, content.Length, MaxBytes);
        }

        content = content.AsSpan().StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content;
        try
        {
            JsonSense.Require(content, _ => true, (place, what) => new AsrException(Fault(file, new(place, what))));
        }
        catch (JsonException fault)
        {
            throw new AsrException(Fault(file, new($"$ (line {fault.LineNumber + 1})", JsonFault.Describe(fault, content))), fault);
        }

        using var document = JsonDocument.Parse(content, HandWritten.Reading);
        var findings = new List<JsonFinding>();
        var root = JsonPart.Root(document.RootElement, findings);
        var plan = root["properties"].IsAbsent ? new PlanReader(world).Read(root) : new ServicePlanReader(world).Read(root);
        return findings.Count == 0 ? plan : throw ErrorCatalogue.Refusal("Import recovery plan", file, [.. findings.Select(finding => Fault(file, finding))]);
    }

    private static AsrError Fault(string file, JsonFinding finding) => ErrorCatalogue.Error("PlanFileInvalid", file, finding.Place, finding.What);
}
