using System.Text.Json;

namespace AsrFailback.Core.Tests;

/// <summary>Ids and words of the service as values.</summary>
public sealed class WordTests
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new StringWordConverter() } };

    [Theory]
    [InlineData("/subscriptions/a/x", "/Subscriptions/A/X", true)]
    [InlineData("/subscriptions/a/x", "/subscriptions/a/y", false)]
    public void Ids_compare_without_regard_to_case(string left, string right, bool same)
    {
        Assert.Equal(same, new ArmId(left) == new ArmId(right));
        Assert.Equal(same, new ArmId(left).GetHashCode() == new ArmId(right).GetHashCode());
    }

    [Fact]
    public void A_word_this_version_does_not_know_survives_reading_and_writing() =>
        Assert.Equal("\"SomethingNewer\"", JsonSerializer.Serialize(JsonSerializer.Deserialize<ProtectionState>("\"SomethingNewer\"", Options), Options));

    [Theory]
    [InlineData(1, 5, 2, 1, -1)]
    [InlineData(2, 1, 1, 5, 1)]
    [InlineData(1, 5, 1, 6, -1)]
    [InlineData(3, 3, 3, 3, 0)]
    public void Positions_order_by_generation_before_sequence(uint generation, long sequence, uint otherGeneration, long otherSequence, int order)
    {
        var (left, right) = (new LogPosition(generation, sequence), new LogPosition(otherGeneration, otherSequence));

        Assert.Equal(order, Math.Sign(left.CompareTo(right)));
        Assert.Equal((order < 0, order > 0), ((left < right), (left > right)));
        Assert.Equal((order <= 0, order >= 0), ((left <= right), (left >= right)));
    }
}
