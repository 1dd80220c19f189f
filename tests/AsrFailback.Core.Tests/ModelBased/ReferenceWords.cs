namespace AsrFailback.Core.Tests;

/// <summary>An item of the reference model in the service's words, as the service was seen to answer on the VMware path; on the others in its words for them.</summary>
internal static class ReferenceWords
{
    /// <summary>Provider path, protection state, active location, allowed operations, active site, group, policy.</summary>
    public static string Of(ReferenceItem item, Outside outside) => string.Join(' ',
        outside.Way switch { Way.Fetched => "HyperVReplicaAzure", Way.Mirrored => "HyperVReplica2012R2", _ => item.Homeward ? "InMage" : "InMageAzureV2" },
        State(item, outside),
        (outside.Way == Way.Turned ? item.Away == item.Homeward : !item.Away) ? "Primary" : "Recovery", // on the VMware path the words swap at a reprotect, when the side that runs becomes the source
        $"[{string.Join(' ', Operations(item, outside).Order(StringComparer.Ordinal))}]",
        item.Away ? "azure" : "onprem",
        item.Homeward ? "homeward" : "forward",
        item.Homeward && outside.HomeKind.IsVSphere() ? "failback-policy" : "own-policy"); // TO-09

    private static string State(ReferenceItem item, Outside outside) => item.Stage switch
    {
        Stage.Bare => "Unprotected",
        Stage.Replicating => outside.HasPoint ? "Protected" : "InitialReplicationInProgress", // RP-14
        Stage.Tentative => item.Planned ? "PlannedFailoverCommitPending" : "UnplannedFailoverCommitPending",
        _ => item.Planned ? "PlannedFailoverCommitted" : "UnplannedFailoverCommitted", // FO-08: never a word of protection
    };

    // From the phases and their guards. A job or a failover that broke off does not change what the service lists.
    private static IEnumerable<string> Operations(ReferenceItem item, Outside outside) => item.Stage switch
    {
        Stage.Replicating when item.Rehearsed => ["TestFailoverCleanup"],
        Stage.Replicating when item.Torn => ["FinalizeFailback"], // FB-06: starting it again completes it
        Stage.Replicating when !outside.HasPoint => ["DisableProtection"],
        Stage.Replicating => [.. ReferenceRules.Kinds(outside, item.Homeward).Select(Failover), "DisableProtection"],
        Stage.Tentative when item.Unkept => ["Commit"],
        Stage.Tentative => ["Commit", "ChangePit", "CancelFailover"],
        Stage.Settled when item.Migrated => ["DisableProtection"],
        Stage.Settled => outside.Way switch
        {
            Way.Turned => ["CompleteMigration", "DisableProtection", "SwitchProtection"], // seen at home, too, where it can only be refused
            Way.Fetched when item.Away => ["CompleteMigration", "DisableProtection", "Failback"],
            _ => ["DisableProtection", "ReverseReplicate"],
        },
        _ => [],
    };

    private static string Failover(char kind) => kind switch { 'T' => "TestFailover", 'P' => "PlannedFailover", _ => "UnplannedFailover" };
}
