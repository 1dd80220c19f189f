namespace AsrFailback.Core.Tests;

/// <summary>The data of an encrypted VMM cloud is of use in Azure with the cloud's certificate only.</summary>
public sealed class EncryptionCheckTests
{
    // what is asked for, how the machine is encrypted, and the certificate with the hours it is valid | exactly what is found
    internal const string Broken = """
        failover home-kind=Vmm encrypted=gold:AB12                                       | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm encrypted=gold:AB12 key-missing                           | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm encrypted=gold:AB12 planned                               | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm encrypted=gold:AB12 home-gone                             | EncryptionCertificate:EncryptionCertificateMissing SourceAnswers:SourceAway:Warning
        failover home-kind=Vmm encrypted=gold:AB12 clouds=gold cloud=gold                | EncryptionCertificate:EncryptionCertificateMissing
        test home-kind=Vmm encrypted=gold:AB12                                           | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm encrypted=gold:AB12 certificate=CD34,24                   | EncryptionCertificate:EncryptionCertificateWrong
        test home-kind=Vmm encrypted=gold:AB12 certificate=CD34,24                       | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm encrypted=gold:AB12 clouds=gold:CD34 cloud=gold certificate=CD34,24 | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm encrypted=gold:AB12 certificate=CD34,-1                   | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm encrypted=gold:AB12 certificate=AB12,-1                   | EncryptionCertificate:EncryptionCertificateExpired
        failover home-kind=Vmm encrypted=gold:AB12 certificate=AB12,0                    | EncryptionCertificate:EncryptionCertificateExpired
        test home-kind=Vmm encrypted=gold:AB12 certificate=AB12,-1                       | EncryptionCertificate:EncryptionCertificateExpired
        failover home-kind=Vmm encrypted=gold:AB12 certificate=AB12,1 key-missing        | EncryptionKey:EncryptionKeyMissing
        test home-kind=Vmm encrypted=gold:AB12 certificate=AB12,1 key-missing            | EncryptionKey:EncryptionKeyMissing
        """;

    // what is asked for | checks that looked
    internal const string Fine = """
        failover home-kind=Vmm encrypted=gold:AB12 certificate=AB12,1                    | EncryptionCertificate EncryptionKey
        failover home-kind=Vmm encrypted=gold:AB12 certificate=ab12,1                    | EncryptionCertificate EncryptionKey
        failover home-kind=Vmm encrypted=gold:AB12 clouds=gold:CD34 cloud=gold certificate=AB12,1 | EncryptionCertificate
        test home-kind=Vmm encrypted=gold:AB12 certificate=AB12,1                        | EncryptionCertificate EncryptionKey
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold                               | EncryptionCertificate:NotApplicable EncryptionKey:NotApplicable
        failover                                                                         | EncryptionCertificate:NotApplicable
        failback home-kind=Vmm encrypted=gold:AB12 planned                               | EncryptionCertificate:NotApplicable EncryptionKey:NotApplicable
        reprotect                                                                        | EncryptionCertificate:Absent EncryptionKey:Absent
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    [Theory]
    [Requirement("FO-06")]
    [MemberData(nameof(BrokenCases))]
    public void A_missing_a_wrong_and_an_expired_certificate_are_refused_each_for_its_reason(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("FO-06")]
    [MemberData(nameof(FineCases))]
    public void With_the_right_certificate_or_without_encryption_a_failover_is_possible(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [Requirement("FO-06")]
    [InlineData("failover home-kind=Vmm encrypted=gold:AB12")]
    [InlineData("failover home-kind=Vmm encrypted=gold:AB12 certificate=CD34,24")]
    public void The_certificate_that_is_needed_is_named(string words) =>
        Assert.Contains("AB12", World.Report(words).Single(check => check.Id == "EncryptionCertificate").Finding!.RecommendedAction, StringComparison.Ordinal);
}
