using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AsrFailback.Core.Plans;

/// <summary>Writes plans as files: always the same bytes for the same plan, a line for each value, so that changes can be compared. Pure.</summary>
public static class PlanWriter
{
    private const string Schema = "https://asrfailback.example/schema/recovery-plan.schema.json";

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file of a plan, in UTF-8 with lines that end in \n.</summary>
    public static byte[] Write(RecoveryPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", Schema);
            writer.WriteNumber("version", PlanFile.Version);
            writer.WriteString("name", plan.Name);
            writer.WriteStartArray("groups");
            foreach (var group in plan.AllGroups)
            {
                WriteGroup(writer, group);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        // Below .NET 9 the lines end as those of the system do; no text of a value holds a bare line end.
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan).Replace("\r\n", "\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text + "\n");
    }

    private static void WriteGroup(Utf8JsonWriter writer, RecoveryPlanGroup group)
    {
        writer.WriteStartObject();
        writer.WriteString("groupType", $"{group.GroupType}");
        WriteTexts(writer, "items", group.Items);
        WriteActions(writer, "startActions", group.StartActions);
        WriteActions(writer, "endActions", group.EndActions);
        writer.WriteEndObject();
    }

    private static void WriteActions(Utf8JsonWriter writer, string name, IReadOnlyList<RecoveryPlanAction> actions)
    {
        writer.WriteStartArray(name);
        foreach (var action in actions)
        {
            writer.WriteStartObject();
            writer.WriteString("name", action.Name);
            WriteKind(writer, action);
            WriteTexts(writer, "failoverTypes", action.FailoverTypes.Select(type => $"{type}"));
            WriteTexts(writer, "failoverDirections", action.FailoverDirections.Select(direction => $"{direction}"));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteKind(Utf8JsonWriter writer, RecoveryPlanAction action)
    {
        switch (action)
        {
            case ScriptAction script:
                writer.WriteString("kind", "Script");
                writer.WriteString("script", script.Script);
                writer.WriteString("sha256", script.Sha256);
                writer.WriteStartObject("parameters");
                foreach (var parameter in script.Parameters)
                {
                    WriteParameter(writer, parameter);
                }

                writer.WriteEndObject();
                writer.WriteNumber("timeoutSeconds", (long)script.Timeout.TotalSeconds);
                break;
            case ManualAction manual:
                writer.WriteString("kind", "Manual");
                writer.WriteString("description", manual.Description);
                break;
            case RunbookAction runbook:
                writer.WriteString("kind", "Runbook");
                writer.WriteString("uri", runbook.Uri);
                if (runbook.TokenVariable is { } variable)
                {
                    writer.WriteString("tokenVariable", variable);
                }

                writer.WriteNumber("timeoutSeconds", (long)runbook.Timeout.TotalSeconds);
                break;
        }
    }

    private static void WriteParameter(Utf8JsonWriter writer, ScriptParameter parameter)
    {
        switch (parameter.Type)
        {
            case ScriptParameterType.Number:
                writer.WriteNumber(parameter.Name, long.Parse(parameter.Value, CultureInfo.InvariantCulture));
                break;
            case ScriptParameterType.Switch:
                writer.WriteBoolean(parameter.Name, parameter.Value == "true");
                break;
            default:
                writer.WriteString(parameter.Name, parameter.Value);
                break;
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
