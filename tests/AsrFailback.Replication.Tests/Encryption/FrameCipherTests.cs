using AsrFailback.Replication.Encryption;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Frames open with their key, at their place, as they were. To see it fail, draw no bits for an opening, count nothing, or
/// return true whatever the tag says.
/// </summary>
[Requirement("FO-06")]
public sealed class FrameCipherTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 100).Select(index => (byte)index)];
    private static readonly byte[] Place = [1, 2, 3];

    [Fact]
    public void A_frame_opens_to_what_was_sealed_in_any_later_opening()
    {
        using var key = DataKey.Create();
        byte[] frame;
        using (var sealing = new FrameCipher(key))
        {
            frame = Seal(sealing);
        }

        using var later = new FrameCipher(key);
        Seal(later);

        Assert.Equal(Data, Open(later, frame));
    }

    [Fact]
    public void No_nonce_repeats_in_one_opening_or_in_two()
    {
        using var key = DataKey.Create();
        using var first = new FrameCipher(key);
        using var second = new FrameCipher(key);

        var frames = Enumerable.Range(0, 100).SelectMany(_ => new[] { Seal(first), Seal(second) }).ToArray();

        Assert.Equal(frames.Length, frames.Select(frame => Convert.ToHexString(frame.AsSpan(0, 24))).Distinct().Count());
        Assert.Equal(frames.Length, frames.Select(frame => Convert.ToHexString(frame.AsSpan(24))).Distinct().Count());
    }

    [Fact]
    public void A_changed_bit_anywhere_keeps_a_frame_shut_and_gives_no_data()
    {
        using var key = DataKey.Create();
        using var cipher = new FrameCipher(key);
        var frame = Seal(cipher);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Open(cipher, frame));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(Data, Open(cipher, frame));
    }

    [Fact]
    public void A_frame_opens_at_no_other_place_and_with_no_other_key()
    {
        using var key = DataKey.Create();
        using var other = DataKey.Create();
        using var cipher = new FrameCipher(key);
        using var wrong = new FrameCipher(other);
        var frame = Seal(cipher);

        Assert.Null(Open(cipher, frame, [1, 2, 4]));
        Assert.Null(Open(wrong, frame));
        Assert.False(key.Id.SequenceEqual(other.Id));
    }

    [Fact]
    public void A_key_that_was_let_go_is_overwritten()
    {
        var key = DataKey.Create();
        var copy = new DataKey(key.Bytes);

        key.Dispose();

        Assert.Equal(new byte[DataKey.Size], key.Bytes.ToArray());
        Assert.NotEqual(new byte[DataKey.Size], copy.Bytes.ToArray());
        Assert.Equal(key.Id.ToArray(), copy.Id.ToArray());
    }

    private static byte[] Seal(FrameCipher cipher)
    {
        var frame = new byte[Data.Length + FrameCipher.Overhead];
        cipher.Seal(Data, Place, frame);
        return frame;
    }

    private static byte[]? Open(FrameCipher cipher, byte[] frame, byte[]? place = null)
    {
        var data = new byte[frame.Length - FrameCipher.Overhead];
        data.AsSpan().Fill(7);
        if (cipher.TryOpen(frame, place ?? Place, data))
        {
            return data;
        }

        Assert.Equal(new byte[data.Length], data);
        return null;
    }
}
