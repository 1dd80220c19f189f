namespace AsrFailback.Core.Tests;

/// <summary>The data of an encrypted VMM cloud is of use in Azure with the cloud's certificate only.</summary>
public sealed class EncryptionCheckTests
{
    // what is asked for, and the certificate with the hours it is valid | exactly what is found
    internal const string Broken = """
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold                               | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold planned                       | EncryptionCertificate:EncryptionCertificateMissing
        test home-kind=Vmm clouds=gold:AB12 cloud=gold                                   | EncryptionCertificate:EncryptionCertificateMissing
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=CD34,24           | EncryptionCertificate:EncryptionCertificateWrong
        test home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=CD34,24               | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm clouds=silver:CD34,gold:AB12 cloud=gold certificate=CD34,24 | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=CD34,-1           | EncryptionCertificate:EncryptionCertificateWrong
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=AB12,-1           | EncryptionCertificate:EncryptionCertificateExpired
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=AB12,0            | EncryptionCertificate:EncryptionCertificateExpired
        test home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=AB12,-1               | EncryptionCertificate:EncryptionCertificateExpired
        """;

    // what is asked for | checks that looked
    internal const string Fine = """
        failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=AB12,1            | EncryptionCertificate
        failover home-kind=Vmm clouds=gold:AB12 cloud=GOLD certificate=ab12,1            | EncryptionCertificate
        test home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=AB12,1                | EncryptionCertificate
        failover home-kind=Vmm clouds=gold cloud=gold                                    | EncryptionCertificate:NotApplicable
        failover home-kind=Vmm clouds=gold:AB12,silver cloud=silver                      | EncryptionCertificate:NotApplicable
        failover home-kind=Vmm clouds=gold:AB12                                          | EncryptionCertificate:NotApplicable
        failover clouds=gold:AB12 cloud=gold                                             | EncryptionCertificate:NotApplicable
        failover home-kind=Vmm recovery-kind=Vmm clouds=gold:AB12 cloud=gold             | EncryptionCertificate:NotApplicable
        failback home-kind=Vmm clouds=gold:AB12 cloud=gold planned                       | EncryptionCertificate:NotApplicable
        reprotect                                                                        | EncryptionCertificate:Absent
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
    [InlineData("failover home-kind=Vmm clouds=gold:AB12 cloud=gold")]
    [InlineData("failover home-kind=Vmm clouds=gold:AB12 cloud=gold certificate=CD34,24")]
    public void The_certificate_that_is_needed_is_named(string words) =>
        Assert.Contains("AB12", World.Report(words).Single(check => check.Id == "EncryptionCertificate").Finding!.RecommendedAction, StringComparison.Ordinal);
}
