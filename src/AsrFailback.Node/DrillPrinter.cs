using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AsrFailback.Engine.Drill;
using Spectre.Console;

namespace AsrFailback.Node;

/// <summary>Prints the report of a drill to standard output.</summary>
internal static class DrillPrinter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One JSON document.</summary>
    public static void PrintJson(DrillReport report) => Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));

    /// <summary>A short table and one line of verdict.</summary>
    public static void PrintTable(DrillReport report)
    {
        var table = new Table().AddColumn("Step").AddColumn(new TableColumn("Seconds").RightAligned()).AddColumn(new TableColumn("Bytes").RightAligned()).AddColumn("Result");
        foreach (var step in report.Steps)
        {
            table.AddRow(
                Markup.Escape(step.Name), step.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                step.Bytes > 0 ? ByteSize.Format(step.Bytes) : "", Markup.Escape(step.State));
        }

        AnsiConsole.Write(table);
        foreach (var disk in report.Disks)
        {
            Console.Out.WriteLine($"Disk {disk.Name}: {ByteSize.Format(disk.Bytes)}, {ByteSize.Format(disk.DataBytes)} data, {disk.Content}");
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"RPO {report.RpoSeconds:0.0##} s, {report.WritesAfterPoint} writes rolled back; RTO {report.RtoSeconds:0.0##} s; reprotect moved {ByteSize.Format(report.ReprotectBytes)} of {ByteSize.Format(report.DirtyBytes)} dirty; {report.BlocksCompared} blocks compared, {report.BlocksDifferent} different."));
        Console.Out.WriteLine(report.Verdict);
    }

    /// <summary>Prints in the chosen form and returns the exit code.</summary>
    public static int Print(Job job, bool json)
    {
        var report = DrillReporter.ReportOf(job)!;
        if (json)
        {
            PrintJson(report);
        }
        else
        {
            PrintTable(report);
        }

        if (job.Error is { } error)
        {
            ErrorPrinter.Print(error);
            return ExitCode.Of(error);
        }

        return report.Verified ? ExitCode.Verified : ExitCode.Error;
    }
}
