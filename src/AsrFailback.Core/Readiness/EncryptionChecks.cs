using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Data that left a VMM cloud encrypted is of use in Azure with the cloud's certificate only (FO-06).</summary>
public static class EncryptionChecks
{
    private static readonly ProtectionOperation[] IntoTarget = [ProtectionOperation.Failover, ProtectionOperation.TestFailover];

    private static readonly ProtectionOperation[] NeedsKey = [.. IntoTarget, ProtectionOperation.SwitchPoint, ProtectionOperation.CancelFailover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("EncryptionCertificate", "FO-06", IntoTarget, at => at.Encryption is not null, LookAtCertificate),
        new("EncryptionKey", "FO-06", NeedsKey, at => at.Encryption is not null && (!IntoTarget.Contains(at.Operation) || IsRight(at)), at => Outcome.Needs(
            !at.Around.KeyMissing, "", "EncryptionKeyMissing", at.Facts.Item, at.Facts.Encryption!.Cloud, at.Facts.Encryption.Thumbprint)),
    ];

    /// <summary>The certificate of a machine's cloud; null where its data is not encrypted.</summary>
    public static string? ThumbprintOf(Machine machine, InventorySnapshot site) =>
        machine.Cloud is { } cloud ? site.Clouds.FirstOrDefault(candidate => Words.Same(candidate.Name, cloud))?.EncryptionCertificate : null;

    private static bool IsRight(Situation at) =>
        at.EncryptionCertificate is { } given && Words.Same(given.Thumbprint, at.Encryption!.Thumbprint) && given.NotAfterUtc > at.NowUtc;

    // One that is neither the right one nor valid is told to be the wrong one: a newer wrong one would not help.
    private static Outcome LookAtCertificate(Situation at)
    {
        var (cloud, thumbprint) = at.Encryption!;
        return at.EncryptionCertificate switch
        {
            null => Outcome.Needs(false, "", "EncryptionCertificateMissing", at.Facts.Item, cloud, thumbprint),
            { Thumbprint: var other } when !Words.Same(other, thumbprint) => Outcome.Needs(
                false, other, "EncryptionCertificateWrong", at.Facts.Item, cloud, thumbprint, other),
            var right => Outcome.Needs(
                right.NotAfterUtc > at.NowUtc, Words.Time(right.NotAfterUtc), "EncryptionCertificateExpired", at.Facts.Item, cloud, thumbprint, Words.Time(right.NotAfterUtc)),
        };
    }
}
