namespace AsrFailback.Engine.Tests;

/// <summary>Processes of the system, as it tells of them.</summary>
internal static class Processes
{
    /// <summary>Whether one runs. One that has ended and is not waited for by its parent is as good as gone.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
