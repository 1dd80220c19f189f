using System.Globalization;

namespace AsrFailback.Bench.Replication;

/// <summary>What a goal asks of a figure.</summary>
/// <param name="Value">The limit.</param>
/// <param name="AtLeast">Whether the figure may not be below it; else not above.</param>
internal readonly record struct Goal(double Value, bool AtLeast)
{
    public bool IsMetBy(double figure) => AtLeast ? figure >= Value : figure <= Value;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(AtLeast ? ">=" : "<=")} {Value}");
}

/// <summary>One figure with its goal; what it was made of is said beside it.</summary>
/// <param name="Name">Its name in the JSON document.</param>
/// <param name="Value">The figure, medians; null when a peer is not installed.</param>
/// <param name="Goal">Its goal.</param>
/// <param name="Detail">Seconds or bytes behind it, in words.</param>
internal sealed record Figure(string Name, double? Value, Goal? Goal, string Detail)
{
    public bool IsMissed => Value is { } value && Goal is { } goal && !goal.IsMetBy(value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-30} {Value,8:F2}  {(Goal is null ? "" : $"goal {Goal} {(Value is null ? "not measured" : IsMissed ? "MISSED" : "met")}"),-18} {Detail}");
}
