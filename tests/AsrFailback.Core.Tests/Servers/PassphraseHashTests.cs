using System.Security;
using AsrFailback.Core.Servers;

namespace AsrFailback.Core.Tests;

/// <summary>A passphrase is known again by its hash, which does not tell it.</summary>
public sealed class PassphraseHashTests
{
    private const string Right = "correct horse battery staple";

    [Theory]
    [InlineData(Right, true)]
    [InlineData("correct horse battery stapl", false)]
    [InlineData("correct horse battery staple ", false)]
    [InlineData("Correct horse battery staple", false)]
    [InlineData("", false)]
    public void Only_the_same_passphrase_matches(string passphrase, bool same) =>
        Assert.Equal(same, PassphraseHash.Matches(Secure(passphrase), PassphraseHash.Of(Secure(Right))));

    [Fact]
    public void Letters_of_every_script_count() =>
        Assert.True(PassphraseHash.Matches(Secure("암호 구문 열여섯 글자 이상"), PassphraseHash.Of(Secure("암호 구문 열여섯 글자 이상"))));

    [Fact]
    public void Two_hashes_of_one_passphrase_differ() => Assert.NotEqual(PassphraseHash.Of(Secure(Right)), PassphraseHash.Of(Secure(Right)));

    [Fact]
    public void A_hash_never_contains_the_passphrase()
    {
        var hash = PassphraseHash.Of(Secure(Right));
        var bytes = hash.Split(':').Skip(1).SelectMany(Convert.FromBase64String).ToArray();

        Assert.DoesNotContain(Right, hash, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("horse"u8));
        Assert.Matches("^[0-9]{6,}:[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$", hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Right)]
    [InlineData("::")]
    [InlineData("1:AAAA")]
    [InlineData("1:AAAA:AAAA:AAAA")]
    [InlineData("0:AAAA:AAAA")]
    [InlineData("-1:AAAA:AAAA")]
    [InlineData("x:AAAA:AAAA")]
    [InlineData("10000001:AAAA:AAAA")]
    [InlineData("99999999999999999999:AAAA:AAAA")]
    [InlineData("1:not base64!:AAAA")]
    [InlineData("1:AAAA:not base64!")]
    [InlineData("1::")]
    [InlineData("1:AAAA:AAAA")]
    public void A_text_that_is_no_hash_matches_nothing(string stored) => Assert.False(PassphraseHash.Matches(Secure(Right), stored));

    [Fact]
    public void A_hash_with_one_letter_changed_does_not_match()
    {
        var hash = PassphraseHash.Of(Secure(Right));
        var index = hash.Length - 5;

        Assert.False(PassphraseHash.Matches(Secure(Right), hash[..index] + (hash[index] == 'A' ? 'B' : 'A') + hash[(index + 1)..]));
    }

    private static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var letter in text)
        {
            secure.AppendChar(letter);
        }

        return secure;
    }
}
