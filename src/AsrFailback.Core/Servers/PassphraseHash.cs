using System.Globalization;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;

namespace AsrFailback.Core.Servers;

/// <summary>
/// The passphrase by which servers register with a configuration server, as it may be stored: PBKDF2 of the framework over
/// SHA-256 with a salt of its own. Text: <c>rounds:salt:hash</c>, both in Base64. Thread-safe.
/// </summary>
public static class PassphraseHash
{
    /// <summary>Shortest passphrase, in characters.</summary>
    public const int MinLength = 16;

    private const int Rounds = 210_000;
    private const int MaxRounds = 10_000_000;
    private const int Bytes = 32;

    /// <summary>The hash of a passphrase, under a new salt.</summary>
    public static string Of(SecureString passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Rounds}:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(Derive(passphrase, salt, Rounds))}");
    }

    /// <summary>Whether a passphrase has a hash; also false for a text that is no hash.</summary>
    public static bool Matches(SecureString passphrase, string stored)
    {
        if (stored.Split(':') is not [var rounds, var salt, var hash]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxRounds)
        {
            return false;
        }

        try
        {
            return CryptographicOperations.FixedTimeEquals(Derive(passphrase, Convert.FromBase64String(salt), count), Convert.FromBase64String(hash));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static byte[] Derive(SecureString passphrase, byte[] salt, int rounds)
    {
        var characters = new char[passphrase.Length];
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(passphrase);
        try
        {
            Marshal.Copy(pointer, characters, 0, characters.Length);
            return Rfc2898DeriveBytes.Pbkdf2(characters, salt, rounds, HashAlgorithmName.SHA256, Bytes);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
            Array.Clear(characters);
        }
    }
}
