namespace AsrFailback.Engine.Tests;

/// <summary>Reads the mini notation of the tables: one case per line, words separated by spaces, columns by bars.</summary>
internal static class Notation
{
    public static IEnumerable<string> Lines(string table) =>
        table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'));

    public static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static string[] Columns(string line) => line.Split('|', StringSplitOptions.TrimEntries);

    public static TheoryData<string> Cases(string table) => [.. Lines(table)];
}
