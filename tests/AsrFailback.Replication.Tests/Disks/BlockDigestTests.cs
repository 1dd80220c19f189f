using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>The digest of a block is what others say BLAKE3 is (<c>b3sum</c>), whatever instructions the processor has.</summary>
public sealed class BlockDigestTests
{
    // b3sum of 64 KiB of zeros.
    private const string HashOfZeros = "3bdeaf8f8e98780b318106aafdc3ca257f73df123d97b69112b26044c91a7d56";

    [Theory]
    [InlineData(Blocks.Size, "68d647e619a930e7b1082f74f334b0c65a315725569bdc123f0ee11881717bfe")]
    [InlineData(0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    public void A_digest_is_the_beginning_of_BLAKE3(int length, string whole)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];

        Assert.Equal(Convert.FromHexString(whole)[..Blocks.DigestSize], Blocks.Digest(content));
    }

    [Fact]
    public void Zeros_have_the_digest_that_hashing_them_gives()
    {
        var zeros = new byte[Blocks.Size];

        Assert.True(Blocks.HasDigest(zeros, Blocks.Digest(zeros)));
        Assert.False(Blocks.HasDigest([.. zeros[..^1], 1], Blocks.Digest(zeros)));
        Assert.Equal(Convert.FromHexString(HashOfZeros)[..Blocks.DigestSize], Blocks.Digest(zeros));
    }
}
