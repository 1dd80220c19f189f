using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Readiness;

/// <summary>Choosing a master target and one of its retention volumes, and what speaks against either.</summary>
public static class MasterTargetRules
{
    /// <summary>Disks one master target can hold (MT-08).</summary>
    public const int MaxDisks = 60;

    private static readonly string[] Packages = ["xfsprogs", "perl", "lsscsi", "rsync", "wget", "kexec-tools"];
    private static readonly string[] Fat = ["FAT", "FAT12", "FAT16", "FAT32", "vfat", "msdos"];
    private static readonly string[] WindowsFacts = ["scaleOut", "configurationServerAddress", "passphraseAccepted"];
    private static readonly string[] LinuxFacts =
        ["distribution", "staticAddress", "bootLoaderOnRoot", "internetAccess", "agentUnpacked", "customChangesMode", "customChangesApplied", "rebooted", "mounts", "packages"];
    private static readonly string[] Ext4Mounts = ["/", "/var/crash", "/home"];

    /// <summary>
    /// The master target a reprotect uses: the named one; or of the machine's family the first with room for its disks, or
    /// just the first.
    /// </summary>
    public static MasterTarget? Choose(InventorySnapshot site, string? name, string operatingSystem, Func<MasterTarget, bool> hasRoom)
    {
        if (name is not null)
        {
            return site.MasterTargets.FirstOrDefault(candidate => Words.Same(candidate.Name, name));
        }

        var family = site.MasterTargets.Where(candidate => Words.Same(candidate.OperatingSystem, operatingSystem)).ToArray();
        return family.FirstOrDefault(hasRoom) ?? family.FirstOrDefault();
    }

    /// <summary>Why a retention volume cannot be used, every reason; null when it can (MT-09).</summary>
    public static AsrError? ReasonAgainst(RetentionVolume volume, MasterTarget server, Discovery discovery) => AllReasons.Of(ReasonsAgainst(volume, server, discovery));

    /// <summary>The name a retention volume usually has on an operating system (MT-09).</summary>
    public static string UsualVolume(string operatingSystem) => Words.Same(operatingSystem, "Windows") ? "R:" : "/mnt/retention";

    /// <summary>
    /// The volume a reprotect uses: the named one, or the first that can be used, the usual one before the others; null when
    /// there is none.
    /// </summary>
    public static RetentionVolume? ChooseVolume(MasterTarget server, string? name, Discovery discovery) =>
        server.RetentionVolumes.OrderByDescending(volume => Words.Same(volume.Name, UsualVolume(server.OperatingSystem))).FirstOrDefault(volume => name is null
            ? ReasonAgainst(volume, server, discovery) is null
            : Words.Same(volume.Name, name));

    /// <summary>Why no retention volume can be used; null when one can.</summary>
    public static AsrError? ReasonAgainstVolumes(MasterTarget server, string? name, Discovery discovery)
    {
        if (ChooseVolume(server, name, discovery) is { } volume)
        {
            return ReasonAgainst(volume, server, discovery);
        }

        var reasons = name is not null ? [] : server.RetentionVolumes.Select(candidate => ReasonAgainst(candidate, server, discovery)!).ToArray();
        return reasons.Length == 1
            ? reasons[0]
            : ErrorCatalogue.Error("RetentionVolumeMissing", name ?? UsualVolume(server.OperatingSystem), server.Name, string.Join(" ", reasons.Select(reason => reason.Message))) with { Reasons = reasons };
    }

    /// <summary>What the set-up checklist asks of a master target, as names of the inventory (MT-12).</summary>
    public static IReadOnlyList<string> SetupFacts(MasterTarget server) =>
        ["configurationServer", .. Words.Same(server.OperatingSystem, "Windows") ? WindowsFacts : LinuxFacts];

    /// <summary>What is missing of the set-up checklist, as values of the inventory (MT-12).</summary>
    public static IReadOnlyList<string> MissingSetup(MasterTarget server, ConfigurationServer? manager)
    {
        var setup = server.Setup ?? new MasterTargetSetup();
        var missing = new List<string>();
        if (setup.ConfigurationServer is { } registered && manager is not null && !Words.Same(registered, manager.Name) && !Words.Same(registered, manager.Address))
        {
            missing.Add($"configurationServer: {registered}");
        }

        missing.AddRange(Words.Same(server.OperatingSystem, "Windows") ? MissingOnWindows(setup, manager) : MissingOnLinux(setup));
        return missing;
    }

    private static IEnumerable<AsrError?> ReasonsAgainst(RetentionVolume volume, MasterTarget server, Discovery discovery)
    {
        AsrError? Unless(bool holds, string errorId, params object[] more) => holds ? null : ErrorCatalogue.Error(errorId, [volume.Name, server.Name, .. more]);
        yield return Unless(ServerRules.Shows(volume.AddedUtc, discovery), "RetentionVolumeNew");
        yield return Unless(!volume.Locked, "RetentionVolumeLocked");
        yield return Unless(volume.UsedFor is null, "RetentionVolumeInUse", volume.UsedFor ?? "");
        yield return Unless(!volume.IsCache, "RetentionVolumeIsCache");
        yield return Unless(volume.FileSystem is not { } type || !Fat.Has(type), "RetentionVolumeFat", volume.FileSystem ?? "");
        yield return Unless(volume.CapacityBytes is not <= 0, "RetentionVolumeEmpty");
    }

    private static IEnumerable<string> MissingOnWindows(MasterTargetSetup setup, ConfigurationServer? manager) =>
    [
        .. setup.ScaleOut == false ? ["scaleOut"] : Array.Empty<string>(),
        .. setup.ConfigurationServerAddress is { } address && manager?.Address is { } right && !Words.Same(address, right) ? [$"configurationServerAddress: {address}"] : Array.Empty<string>(),
        .. setup.PassphraseAccepted == false ? ["passphraseAccepted"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> MissingOnLinux(MasterTargetSetup setup)
    {
        (string Name, bool Wrong)[] steps =
        [
            ($"distribution: {setup.Distribution}", setup.Distribution?.StartsWith("CentOS 6.6", StringComparison.OrdinalIgnoreCase) == false),
            ("staticAddress", setup.StaticAddress == false),
            ("bootLoaderOnRoot", setup.BootLoaderOnRoot == false),
            ("internetAccess", setup.InternetAccess == false),
            ("agentUnpacked", setup.AgentUnpacked == false),
            ($"customChangesMode: {setup.CustomChangesMode}", setup.CustomChangesMode is { } mode && mode.TrimStart('0') != "755"),
            ("customChangesApplied", setup.CustomChangesApplied == false),
            ("rebooted", setup.Rebooted == false),
        ];
        return
        [
            .. steps.Where(step => step.Wrong).Select(step => step.Name),
            .. setup.Mounts is { } mounts ? Ext4Mounts.Where(mount => mounts.GetValueOrDefault(mount) != "ext4").Select(mount => $"mounts: {mount}") : [],
            .. setup.Mounts is { } all && !all.Values.Contains("swap") ? ["mounts: swap"] : Array.Empty<string>(),
            .. setup.Packages is { } packages ? Packages.Where(package => !packages.Contains(package)).Select(package => $"packages: {package}") : [],
        ];
    }
}
