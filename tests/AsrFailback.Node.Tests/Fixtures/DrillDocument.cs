using System.Text.Json;

namespace AsrFailback.Node.Tests;

/// <summary>A step of the document of <c>drill --json</c>.</summary>
internal sealed record StepDocument
{
    public required string Name { get; init; }

    public required DateTimeOffset? StartedUtc { get; init; }

    public required double Seconds { get; init; }

    public required long Bytes { get; init; }

    public required string State { get; init; }
}

/// <summary>A disk of the document of <c>drill --json</c>.</summary>
internal sealed record DiskDocument
{
    public required string Name { get; init; }

    public required long Bytes { get; init; }

    public required long DataBytes { get; init; }
}

/// <summary>The document of <c>drill --json</c> as it is promised; reading fails when a field is missing.</summary>
internal sealed record DrillDocument
{
    public required IReadOnlyList<StepDocument> Steps { get; init; }

    public required IReadOnlyList<DiskDocument> Disks { get; init; }

    public required long InitialBytes { get; init; }

    public required long DirtyBytes { get; init; }

    public required long ReprotectBytes { get; init; }

    public required long FailbackBytes { get; init; }

    public required long SeedBytes { get; init; }

    public required double RpoSeconds { get; init; }

    public required double RtoSeconds { get; init; }

    public required long BlocksCompared { get; init; }

    public required long BlocksDifferent { get; init; }

    public required long AcknowledgedWrites { get; init; }

    public required long LostWrites { get; init; }

    public required long WritesAfterPoint { get; init; }

    public required bool Verified { get; init; }

    /// <summary>Reads exactly one document.</summary>
    public static DrillDocument Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<DrillDocument>(json, JsonSerializerOptions.Web)!;
        }
        catch (JsonException wrong)
        {
            throw new InvalidOperationException($"Not one document of a drill: {wrong.Message}\n{json}", wrong);
        }
    }

    /// <summary>Every relation that holds in a verified drill, run through or resumed.</summary>
    public void MustBeVerified()
    {
        var blocks = Disks.Sum(disk => (disk.Bytes + 65535) / 65536);
        Assert.True(Verified, ToString());
        Assert.All(Steps, step => Assert.Equal("Succeeded", step.State));
        Assert.True(BlocksDifferent == 0 && LostWrites == 0, ToString());
        Assert.True(AcknowledgedWrites >= 20_000, $"{AcknowledgedWrites} acknowledged writes");
        Assert.True(WritesAfterPoint > 0, "nothing was rolled back");
        Assert.True(DirtyBytes > 0, "nothing was dirty");
        Assert.True(ReprotectBytes <= 1.1 * DirtyBytes, $"the reprotect moved {ReprotectBytes} of {DirtyBytes} dirty bytes");
        Assert.True(BlocksCompared >= 4 * blocks, $"{BlocksCompared} compared, {blocks} exist");
    }
}
