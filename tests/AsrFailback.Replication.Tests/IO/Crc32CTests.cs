using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>The checksum of frames, logs and maps: what it is must not depend on how it is reckoned.</summary>
public sealed class Crc32CTests
{
    private const uint Polynomial = 0x82F63B78; // Castagnoli, reflected

    [Fact]
    public void It_is_the_checksum_that_everybody_calls_so() => Assert.Equal(0xE3069283, Crc32C.Append(0, "123456789"u8));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(6143)]
    [InlineData(6144)]
    [InlineData(6145)]
    [InlineData(20_001)]
    public void It_is_the_same_bit_by_bit(int length)
    {
        var bytes = SourceBench.Bytes(length, 1);

        Assert.Equal(BitByBit(bytes), Crc32C.Append(0, bytes));
    }

    [Fact]
    public void It_goes_on_wherever_it_was_left()
    {
        var bytes = SourceBench.Bytes(30_000, 2);
        var whole = Crc32C.Append(0, bytes);
        var random = new Random(3);
        for (var round = 0; round < 100; round++)
        {
            var cut = random.Next(bytes.Length + 1);

            Assert.Equal(whole, Crc32C.Append(Crc32C.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    private static uint BitByBit(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            }
        }

        return ~crc;
    }
}
