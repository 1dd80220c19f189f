using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Encryption;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Gives a VMM cloud a certificate (FO-06). Where it had one, the keys of its machines are wrapped with both before the new one counts, and
/// with the new one alone at last: at every moment the certificate that is asked for opens them.
/// </summary>
internal sealed class IssueEncryptionCertificateOperation(IssueEncryptionCertificate command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Issue];

    private EmbeddedSite Site => Engine.Site(command.Fabric);

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        if (Engine.FabricPath(command.Fabric) is null)
        {
            return [Result("Fabric", "TO-01", false, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric))];
        }

        var site = Site.Snapshot();
        var machines = Engine.EncryptedFor(command.Fabric, command.Cloud).ToArray();
        return
        [
            Result("SiteReachable", "TO-01", site.Reachable, () => ErrorCatalogue.Error("SiteUnreachable", command.Fabric)),
            Result("Cloud", "FO-06", site.Clouds.Any(cloud => IsName(cloud.Name, command.Cloud)), () => ErrorCatalogue.Error("CloudNotFound", command.Cloud, command.Fabric)),
            .. machines.Select(facts => Engine.Site(facts.RecoveryFabric)).Distinct()
                .Select(recovery => Result("RecoverySiteReachable", "FO-06", recovery.IsReachable, () => recovery.Outage!)),
            .. machines.Select(facts => Result("EncryptionKey", "FO-06", !Engine.Keys.IsMissing(facts with { SourceSide = Side.Home }), () =>
                ErrorCatalogue.Error("EncryptionKeyMissing", facts.Item, facts.Encryption!.Cloud, facts.Encryption.Thumbprint))),
        ];
    }

    // A stop before the decision is kept leaves a certificate behind that nothing names.
    private Task Issue(TaskContext context)
    {
        var thumbprint = context.DecideOnce(() => new Decision(KeepNew())).Thumbprint;
        using var certificate = Engine.Keys.FindCertificate(command.Fabric, thumbprint)
            ?? throw ErrorCatalogue.Exception("EncryptionCertificateNotIssued", command.Cloud, thumbprint, command.Fabric);
        var items = Engine.EncryptedFor(command.Fabric, command.Cloud).Select(facts => facts.Item).ToArray();
        foreach (var item in items)
        {
            Engine.Keys.WrapAlso(Engine.RuntimeOf(item).State.Facts, certificate);
        }

        Site.PutCloudCertificate(command.Cloud, thumbprint);
        foreach (var item in items)
        {
            Engine.Keys.WrapOnly(Engine.RuntimeOf(item).State.Change(facts => facts with { Encryption = facts.Encryption! with { Thumbprint = thumbprint } }));
        }

        return Task.CompletedTask;
    }

    private string KeepNew()
    {
        using var issued = CloudCertificate.Issue(command.Cloud, Engine.Options.Clock.GetUtcNow());
        var content = issued.Export(password: null);
        try
        {
            Site.KeepCertificate(issued.Thumbprint, content);
            return issued.Thumbprint;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static bool IsName(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static CheckResult Result(string id, string requirement, bool passed, Func<AsrError> finding) => CheckResult.Of(id, requirement, passed, finding);

    private sealed record Decision(string Thumbprint);
}
