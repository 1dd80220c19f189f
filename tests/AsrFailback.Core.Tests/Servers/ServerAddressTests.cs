using AsrFailback.Core.Servers;

namespace AsrFailback.Core.Tests;

/// <summary>Names and addresses of servers as people write them.</summary>
public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("mt01", true)]
    [InlineData("MT_01-b", true)]
    [InlineData("mt01.lab.example", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData(".mt01", false)]
    [InlineData("mt01.", false)]
    [InlineData("a..b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\0b", false)]
    [InlineData("mt 01", false)]
    public void A_server_is_named_like_a_host(string name, bool possible) => Assert.Equal(possible, ServerAddress.IsName(name));

    [Fact]
    public void A_name_is_not_longer_than_a_file_may_be_called() =>
        Assert.Equal([true, false], new[] { 80, 81 }.Select(length => ServerAddress.IsName(new string('x', length))));

    [Theory]
    [InlineData("10.0.0.4", true)]
    [InlineData("fd00::4", true)]
    [InlineData("cs01.lab.example", true)]
    [InlineData("10.1", false)]
    [InlineData("300.1.1.1", false)]
    [InlineData("zz z", false)]
    public void An_address_is_an_ip_address_or_the_name_of_a_host(string address, bool possible) => Assert.Equal(possible, ServerAddress.IsPossible(address));
}
