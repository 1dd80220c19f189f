using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Plan files that use everything, and the vault they are read for.</summary>
internal static class PlanTexts
{
    public const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static readonly PlanFileWorld World = new()
    {
        ItemOf = name => name switch
        {
            "db01" or "web01" or "web02" => name,
            "f8491e4f-817a-40dd-a90c-af773978c75b" => "db01",
            "c0c14913-3d7a-48ea-9531-cc99e0e686e6" => "web01",
            _ => null,
        },
        ScriptFault = script => script is { Script: "warm-up.ps1" or "drain.sh", Sha256: Hash } ? null : ErrorCatalogue.Error("ScriptChanged", script.Script),
        ScriptHashes = new Dictionary<string, string> { ["warm-up.ps1"] = Hash },
        Runbooks = new Dictionary<string, string> { ["Tell-Operations"] = "https://ops.example/hook" },
    };

    public static readonly RecoveryPlan Plan = new("shop",
    [
        new(["db01"])
        {
            EndActions =
            [
                new ScriptAction("warm up", "warm-up.ps1", Hash)
                {
                    Parameters = [new("Port", ScriptParameterType.Number, "8443"), new("Deep", ScriptParameterType.Switch, "true"), new("Text", ScriptParameterType.Text, "a \"b\"\r\n한글 $(x)")],
                    Timeout = TimeSpan.FromSeconds(90), FailoverTypes = [PlanFailoverType.TestFailover],
                },
            ],
        },
        new(["web01", "web02"]) { StartActions = [new ManualAction("look", "Look at it.\nThen go on.") { FailoverDirections = [PlanFailoverDirection.RecoveryToPrimary] }] },
    ])
    {
        ShutdownGroup = new([]) { StartActions = [new ScriptAction("drain", "drain.sh", Hash)] },
        FailoverGroup = new([]) { EndActions = [new RunbookAction("tell", "https://ops.example/hook") { TokenVariable = "OPS_TOKEN" }] },
    };

    public static readonly string Ours = Encoding.UTF8.GetString(PlanWriter.Write(Plan));

    public const string Service = """
        {
          "id": "/Subscriptions/c183865e/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v/replicationRecoveryPlans/RPtest1",
          "name": "RPtest1",
          "type": "Microsoft.RecoveryServices/vaults/replicationRecoveryPlans",
          "properties": {
            "friendlyName": "RPtest1",
            "lastTestFailoverTime": null,
            "groups": [
              { "groupType": "Shutdown", "replicationProtectedItems": [], "startGroupActions": [], "endGroupActions": [] },
              { "groupType": "Failover", "replicationProtectedItems": [], "startGroupActions": [], "endGroupActions": [
                { "actionName": "tell", "failoverTypes": [ "TestFailover" ], "failoverDirections": [ "PrimaryToRecovery" ],
                  "customDetails": { "instanceType": "AutomationRunbookActionDetails", "runbookId": "/subscriptions/s/automationAccounts/a/runbooks/Tell-Operations", "timeout": "PT2M", "fabricLocation": "Recovery" } }
              ] },
              { "groupType": "Boot", "replicationProtectedItems": [ { "id": "/Subscriptions/s/replicationProtectedItems/f8491e4f-817a-40dd-a90c-af773978c75b", "virtualMachineId": "f8491e4f-817a-40dd-a90c-af773978c75b" } ],
                "startGroupActions": [
                  { "actionName": "look", "failoverTypes": [ "PlannedFailover", "UnplannedFailover" ], "failoverDirections": [ "PrimaryToRecovery", "RecoveryToPrimary" ],
                    "customDetails": { "instanceType": "ManualActionDetails", "description": "Look at it." } }
                ],
                "endGroupActions": [
                  { "actionName": "warm up", "failoverTypes": [ "TestFailover" ], "failoverDirections": [ "PrimaryToRecovery" ],
                    "customDetails": { "instanceType": "ScriptActionDetails", "path": "\\\\library\\scripts\\warm-up.ps1", "timeout": "00:01:30", "fabricLocation": "Primary" } }
                ] },
              { "groupType": "Boot", "replicationProtectedItems": [ { "id": "/Subscriptions/s/replicationProtectedItems/other", "virtualMachineId": "c0c14913-3d7a-48ea-9531-cc99e0e686e6" } ],
                "startGroupActions": [], "endGroupActions": [] }
            ]
          }
        }
        """;

    public static RecoveryPlan Read(string text, PlanFileWorld? world = null) => PlanFile.Read("plan.json", Encoding.UTF8.GetBytes(text), world ?? World);

    /// <summary>Places of what is wrong with a file.</summary>
    public static string[] Places(string text) => [.. Findings(Assert.Throws<AsrException>(() => Read(text))).Select(finding => finding.Place)];

    /// <summary>Place and reason of everything that a refusal tells.</summary>
    public static IEnumerable<(string Place, string What)> Findings(AsrException refused)
    {
        IReadOnlyList<AsrError> reasons = refused.Error.Reasons.Count == 0 ? [refused.Error] : refused.Error.Reasons;
        foreach (var reason in reasons)
        {
            Assert.Equal("PlanFileInvalid", reason.Id);
            var told = System.Text.RegularExpressions.Regex.Match(reason.Message, @"^plan\.json is no recovery plan that could be kept; at (?<place>\$.*?): (?<what>.+)$", System.Text.RegularExpressions.RegexOptions.Singleline);
            Assert.True(told.Success, reason.Message);
            yield return (told.Groups["place"].Value, told.Groups["what"].Value);
        }
    }
}
