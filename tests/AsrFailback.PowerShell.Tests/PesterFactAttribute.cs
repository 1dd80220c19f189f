namespace AsrFailback.PowerShell.Tests;

/// <summary>A test that needs PowerShell and Pester; skipped, with the reason, where one of them is missing.</summary>
internal sealed class PesterFactAttribute : FactAttribute
{
    public PesterFactAttribute()
    {
        if (!Pwsh.Exists)
        {
            Skip = "pwsh is not on PATH: the module's suite needs PowerShell 7.4 or later";
        }
        else if (!Pwsh.HasPester)
        {
            Skip = "Pester 5 is not installed: the module's suite needs it";
        }
    }
}
