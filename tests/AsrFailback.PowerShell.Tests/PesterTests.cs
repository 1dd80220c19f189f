namespace AsrFailback.PowerShell.Tests;

/// <summary>The module's own suite in a real PowerShell, over the staged package.</summary>
public sealed class PesterTests
{
    [PesterFact]
    public void The_Pester_suite_passes()
    {
        var suite = Path.Combine(AppContext.BaseDirectory, "pester");
        var module = Path.Combine(RepositoryFolder.Root, "out", "AsrFailback", "AsrFailback.psd1");

        var (exitCode, output) = Pwsh.Run("-File", Path.Combine(suite, "Invoke-Suite.ps1"), "-Module", module);

        Assert.True(exitCode == 0, output);
        Assert.Matches(@"\b[1-9][0-9]* passed, 0 failed", output);
    }
}
