using System.Text.RegularExpressions;

namespace AsrFailback.Node.Tests;

/// <summary>How a run of the program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n after signal n.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed partial record NodeResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The report of a drill; standard output is that one document and nothing else.</summary>
    public DrillDocument Drill => DrillDocument.Read(Output);

    /// <summary>Fails unless the program ended with this code.</summary>
    public NodeResult MustExit(int code)
    {
        Assert.True(ExitCode == code, $"Exit code {ExitCode} instead of {code}.\n{this}");
        return this;
    }

    /// <summary>Fails unless the run ended in one clear error on standard error, with a remedy and the named things.</summary>
    public NodeResult MustRefuse(int code, params string[] named)
    {
        MustExit(code);
        MustNotShowInsides();
        Assert.True(ErrorLine().Count(Errors) == 1, $"Not exactly one error.\n{this}");
        Assert.True(Remedy().Count(Errors) == 1, $"Not exactly one remedy.\n{this}");
        foreach (var name in named)
        {
            Assert.True(Errors.Contains(name, StringComparison.Ordinal), $"'{name}' is not named.\n{this}");
        }

        return this;
    }

    /// <summary>Fails when a stack trace or an unhandled exception was shown.</summary>
    public NodeResult MustNotShowInsides()
    {
        Assert.False(Insides().IsMatch(Output + Errors), $"A stack trace is shown.\n{this}");
        return this;
    }

    /// <summary>Fails unless a drill ended verified, with every relation of a verified drill.</summary>
    public NodeResult MustBeVerified()
    {
        MustExit(0);
        Drill.MustBeVerified();
        return this;
    }

    public override string ToString() => $"Exit code {ExitCode}\n--- output\n{Output}\n--- errors\n{Errors}";

    [GeneratedRegex(@"^Error\b", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^\s*What to do:\s+\S", RegexOptions.Multiline)]
    private static partial Regex Remedy();

    [GeneratedRegex(@"^\s+at [\w.<>`+]+\(|Unhandled exception|   at AsrFailback\.", RegexOptions.Multiline)]
    private static partial Regex Insides();
}
