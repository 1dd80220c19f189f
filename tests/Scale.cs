namespace AsrFailback.Tests;

/// <summary>
/// How large campaigns are: the short form of every build, or the long form (<c>ASRFAILBACK_LONG=1</c>,
/// <c>tests/long/run.sh</c>), whose last results are in <c>docs/reliability.md</c>.
/// </summary>
internal static class Scale
{
    /// <summary>Whether the long form is wanted.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("ASRFAILBACK_LONG") == "1";

    /// <summary>The size of a campaign.</summary>
    public static int Of(int inShort, int inLong) => IsLong ? inLong : inShort;
}

/// <summary>A test that only the long form runs; skipped in words in the short one, and where the machine cannot do it.</summary>
public class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = WhyNot;

    internal static string? WhyNot => Scale.IsLong ? null : "only in the long form (tests/long/run.sh)";
}

/// <summary>The same with data.</summary>
public class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() => Skip = LongFactAttribute.WhyNot;
}
