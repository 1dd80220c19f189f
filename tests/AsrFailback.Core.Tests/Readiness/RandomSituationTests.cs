using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>Situations nobody thought of: a seed that fails is told, and fails again.</summary>
public sealed class RandomSituationTests
{
    private const int Situations = 5_000;

    private static readonly string[] Valued =
    [
        "phase=Unprotected", "phase=Protected", "phase=CommitPending", "phase=Committed", "points=0", "mode=Stopped", "loss=30",
        "protected-as=Azure", "home-kind=Physical", "home-kind=HyperV", "target-kind=Vmm", "connection=Internet",
        "connection=SiteToSiteVpn", "latency=500", "bandwidth=1", "quota=0", "group=rg2", "booted=5",
        "version=Windows_Server_2008_R2_SP1", "snapshots=2", "free-memory=1", "target-address=none", "home-address=none",
        "rights=ReadOnly", "data-port=9444", "known=db01", "ps-added=1", "ps-heartbeat=20", "ps-closed=443", "mt-family=Windows",
        "uuid=FALSE", "scsi=pvscsi", "hypervisor=Hyper-V", "licence=Free", "mt-heartbeat=20", "attached=60", "reserved=60",
        "mt-disk=u-os", "volume-fs=FAT", "volume-size=0", "volume-added=1", "refreshed=0", "stores=NFS", "ds1=Local", "ds2=NFS",
        "mt-store=ds9", "clouds=gold:AB12", "cloud=gold", "encrypted=gold:AB12", "in-group=shop", "mt-store=unknown", "moved=ds9", "member=Windows,mt02",
    ];

    [Fact]
    public void Whatever_comes_together_a_report_is_whole()
    {
        for (var seed = 0; seed < Situations; seed++)
        {
            var (words, operation) = Draw(new Random(seed));
            var situation = With(World.Of(words), operation);
            var report = ReadinessRules.Evaluate(situation);
            var mistakes = report.Where(check => !IsWhole(check)).Select(check => check.ToString());
            Assert.True(!mistakes.Any(), $"seed {seed}, {words} as {operation}: {string.Join('\n', mistakes)}");
            Assert.Equal(
                report.Where(check => check.State == CheckState.Failed).Select(check => check.Finding!.Id),
                ReadinessRules.ReasonsAgainst(ReadinessRules.All, situation).Select(reason => reason.Id));
        }
    }

    [Fact]
    [Requirement("RP-17")]
    public void Whatever_comes_together_an_empty_list_has_a_cause()
    {
        for (var seed = 0; seed < Situations; seed++)
        {
            var words = string.Join(' ', Notation.Words(Draw(new Random(seed)).Words).Skip(1).Prepend("reprotect").Where(word => !HidesSite.Contains(word)));
            var at = World.Of(words);
            var reports = ServerReports.Of(ServerRole.MasterTarget, at.Target.Inventory, command => ServerReports.WithoutItem(
                at.Target, at.Target, command, at.Around.ReservedSlots, at.NowUtc, at.DiscoveryDelay), forItem: false).Cast<MasterTargetReport>();
            Assert.True(reports.All(HasChoiceOrCause), $"seed {seed}: {words}");
        }
    }

    [Fact]
    public void Health_never_fails_and_its_findings_are_whole()
    {
        for (var seed = 0; seed < Situations; seed++)
        {
            var words = Draw(new Random(seed)).Words;
            var (facts, home) = World.AtHome(words);
            Assert.True(HealthRules.Check(facts, home).All(IsWhole), $"seed {seed}: {words}");
        }
    }

    private static bool HasChoiceOrCause(MasterTargetReport report) =>
        report.EmptyBecause.Count > 0 || (report.RetentionVolumes.Any(volume => volume.Usable) && report.Datastores.Any(store => store.Usable));

    // Nothing can be said of a site that cannot be looked at, or that has no ESXi hosts.
    private static readonly string[] HidesSite = ["home-gone", "home-kind=Physical", "home-kind=HyperV", "target-kind=Vmm"];

    // Any start with up to twelve words, judged as any operation, whether or not it fits.
    private static (string Words, ProtectionOperation Operation) Draw(Random random)
    {
        var starts = World.Operations.ToArray();
        var plain = World.Plain.Concat(Valued).ToArray();
        var words = Enumerable.Range(0, random.Next(13)).Select(_ => plain[random.Next(plain.Length)]).Distinct().OrderBy(word => Order(word));
        var operations = Enum.GetValues<ProtectionOperation>();
        return (string.Join(' ', words.Prepend(starts[random.Next(starts.Length)])), operations[random.Next(operations.Length)]);
    }

    // What takes things away comes last, so that the others find what they change.
    private static int Order(string word) => word switch
    {
        "no-swap" => 0,
        "windows" => 2,
        "neighbour" or "neighbour-off" or "neighbour-elsewhere" or "address-taken" or "address-taken-elsewhere" or "data-disk" => 3,
        "no-volumes" or "no-setup" => 4,
        "no-connection" or "no-cs" or "no-mt" or "no-ps" or "no-ps-azure" => 5,
        "machine-deleted" or "replica-gone" or "host-unknown" or "no-stores" => 5,
        _ => 1,
    };

    private static Situation With(Situation at, ProtectionOperation operation) => new()
    {
        Facts = at.Facts, Operation = operation, Around = at.Around, Command = at.Command, NowUtc = at.NowUtc, Source = at.Source, Target = at.Target,
        FormerHome = at.FormerHome, UnknownHome = at.UnknownHome, PossibleHomes = at.PossibleHomes,
    };

    private static bool IsWhole(CheckResult check) => check.State is CheckState.Failed or CheckState.Warning
        ? check.Seen.Length > 0 && check.Finding is { } finding && IsWhole(finding)
        : check.Finding is null && check.State is CheckState.Passed or CheckState.NotApplicable;

    private static bool IsWhole(AsrError error) =>
        !new[] { error.Id, error.Code, error.Message, error.PossibleCauses, error.RecommendedAction, error.Category }.Any(string.IsNullOrWhiteSpace)
        && error.Category != "NotSpecified" && !error.ToString().Contains('{', StringComparison.Ordinal);
}
