using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Data that left a VMM cloud encrypted is of use in Azure with the cloud's certificate only (FO-06).</summary>
public static class EncryptionChecks
{
    private static readonly ProtectionOperation[] IntoTarget = [ProtectionOperation.Failover, ProtectionOperation.TestFailover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("EncryptionCertificate", "FO-06", IntoTarget, at => at.GoesToAzure && ThumbprintOf(at) is not null, Look),
    ];

    // One that is neither the right one nor valid is told to be the wrong one: a newer wrong one would not help.
    private static Outcome Look(Situation at) => at.EncryptionCertificate switch
    {
        null => Outcome.Needs(false, "", "EncryptionCertificateMissing", at.Facts.Item, at.Machine!.Cloud!, ThumbprintOf(at)!),
        { Thumbprint: var other } when !Words.Same(other, ThumbprintOf(at)) => Outcome.Needs(
            false, other, "EncryptionCertificateWrong", at.Facts.Item, at.Machine!.Cloud!, ThumbprintOf(at)!, other),
        var right => Outcome.Needs(
            right.NotAfterUtc > at.NowUtc, Words.Time(right.NotAfterUtc), "EncryptionCertificateExpired", at.Facts.Item, at.Machine!.Cloud!, right.Thumbprint, Words.Time(right.NotAfterUtc)),
    };

    // What the cloud of the machine was encrypted with; null when it was not.
    private static string? ThumbprintOf(Situation at) => at.Source.Inventory.Kind == FabricKind.Vmm && at.Machine?.Cloud is { } cloud
        ? at.Source.Inventory.Clouds.FirstOrDefault(candidate => Words.Same(candidate.Name, cloud))?.EncryptionCertificate
        : null;
}
