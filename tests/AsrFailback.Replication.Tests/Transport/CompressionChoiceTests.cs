using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>Compressing is chosen by what the link and the encoder were measured to do.</summary>
public sealed class CompressionChoiceTests
{
    private const double Encoder = CompressionChoice.AssumedEncoderRate;
    private const int Payload = 1 << 20;
    private readonly CompressionChoice _choice = new();

    [Fact]
    public void Nothing_is_compressed_before_the_link_is_known() => Assert.False(_choice.ShouldCompress);

    [Theory]
    [InlineData(Encoder / 1000, true)]
    [InlineData(Encoder * 0.99, true)]
    [InlineData(Encoder * 1.01, false)]
    [InlineData(Encoder * 1000, false)]
    public void Compressing_is_chosen_where_the_link_is_slower_than_the_encoder(double linkRate, bool compress)
    {
        Send(linkRate);

        Assert.Equal(compress, _choice.ShouldCompress);
    }

    [Fact]
    public void A_measured_encoder_that_is_slower_than_the_link_is_not_used()
    {
        Send(Encoder / 10);
        Encode(Encoder / 100, times: 40);

        Assert.False(_choice.ShouldCompress);
    }

    [Fact]
    public void An_encoder_that_was_too_slow_is_tried_again_later_and_used_when_it_is_faster()
    {
        Send(Encoder / 10);
        Encode(Encoder / 100, times: 40);
        Send(Encoder / 10, times: 255);
        Assert.False(_choice.ShouldCompress);
        Send(Encoder / 10);
        Assert.True(_choice.ShouldCompress);

        Encode(Encoder / 100);
        Assert.False(_choice.ShouldCompress);
        Encode(Encoder, times: 40);
        Assert.True(_choice.ShouldCompress);
    }

    [Fact]
    public void A_link_that_is_faster_than_any_encoder_is_never_tried()
    {
        Send(Encoder * 10, times: 10_000);

        Assert.False(_choice.ShouldCompress);
    }

    [Fact]
    public void A_link_that_changed_changes_the_choice()
    {
        Send(Encoder * 10, times: 100);
        Send(Encoder / 10, times: 100);
        Assert.True(_choice.ShouldCompress);

        Send(Encoder * 10, times: 100);
        Assert.False(_choice.ShouldCompress);
    }

    [Fact]
    public void A_slow_link_behind_a_buffer_that_takes_a_part_of_each_batch_at_once_is_slow()
    {
        // What fits into the buffer of the socket is taken at the speed of memory; the rest tells how fast the link is.
        for (var batch = 0; batch < 50; batch++)
        {
            Send(5e9);
            Send(10e6, times: 3);
        }

        Assert.True(_choice.ShouldCompress);
        Send(5e9);
        Assert.True(_choice.ShouldCompress);
    }

    [Fact]
    public void What_took_no_time_is_fast_and_no_error()
    {
        _choice.Sent(1, 0);
        _choice.Encoded(0, 0);

        Assert.False(_choice.ShouldCompress);
    }

    private void Send(double rate, int times = 1) => Repeat(times, () => _choice.Sent(Payload, Payload / rate));

    private void Encode(double rate, int times = 1) => Repeat(times, () => _choice.Encoded(Payload, Payload / rate));

    private static void Repeat(int times, Action action)
    {
        for (var count = 0; count < times; count++)
        {
            action();
        }
    }
}
