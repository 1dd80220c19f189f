using System.Security.Cryptography;
using System.Text;

namespace AsrFailback.Core.Jobs;

/// <summary>An entry of the audit log as it is stored: its text, and the hash that ties it to all entries before it.</summary>
/// <param name="Entry">The entry as JSON: what was hashed, to the letter.</param>
/// <param name="Hash">SHA-256, hexadecimal.</param>
public sealed record AuditLine(string Entry, string Hash)
{
    /// <summary>The line that follows another one.</summary>
    /// <param name="previousHash">Hash of the line before; empty for the first.</param>
    /// <param name="entry">The entry as JSON.</param>
    public static AuditLine After(string previousHash, string entry) => new(entry, HashOf(previousHash, entry));

    /// <summary>Whether the line is as it was written, after the line that was before it.</summary>
    /// <param name="previousHash">Hash of the line before; empty for the first.</param>
    public bool Follows(string previousHash) => Hash == HashOf(previousHash, Entry);

    private static string HashOf(string previousHash, string entry) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{previousHash}\n{entry}")));
}

/// <summary>The newest entry of the audit log about a job, as the job remembers it: an entry that is taken away is missed.</summary>
/// <param name="Number">Number of the entry.</param>
/// <param name="Hash">Its hash.</param>
public sealed record AuditMark(long Number, string Hash);
