using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Vaults;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine;

/// <content>The sites of the vault.</content>
public sealed partial class FailbackEngine
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Fabric>> GetFabricsAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<Fabric>>([.. _store.List("fabric").Select(document => FabricProjection.Of(this, document.Key)).OrderBy(fabric => fabric.Name, StringComparer.OrdinalIgnoreCase)]);

    /// <inheritdoc/>
    public Task<Fabric> RefreshFabricAsync(string fabric, CancellationToken cancellation = default)
    {
        var site = Site(fabric);
        site.Claim(_vault.Id);
        if (site.IsReachable)
        {
            site.NoteRefresh();
        }

        foreach (var item in _items.Values.Where(item => item.Uses(fabric) || HomeMove.HasLeft(item.State.Facts, fabric)))
        {
            cancellation.ThrowIfCancellationRequested();
            item.KeepLeftOff();
            ResumeIfIdle(item);
        }

        LookAtHealth(RuntimesOf(fabric), cancellation);

        return Task.FromResult(FabricProjection.Of(this, fabric));
    }

    /// <inheritdoc/>
    public Task<InventorySnapshot> GetInventoryAsync(string fabric, CancellationToken cancellation = default) => Task.FromResult(Site(fabric).Snapshot());

    /// <summary>A site of the vault.</summary>
    /// <exception cref="AsrException"><c>FabricNotFound</c>, <c>SiteInvalid</c>.</exception>
    public EmbeddedSite Site(string fabric) => _sites.GetOrAdd(fabric, name =>
        FabricOf(name) is { } document
            ? new EmbeddedSite(Options.Files, name, Absolute(document.Path), document.Kind, Options.Clock) { AgentDelay = Options.AgentDelay }
            : throw ErrorCatalogue.Exception("FabricNotFound", name));

    /// <summary>Rehearses the outage or the return of a site; machines of a site that is gone stop at once.</summary>
    public void SetSiteCondition(string fabric, bool reachable, bool connected)
    {
        var passive = _items.Values.Select(item => item.State.Facts)
            .Where(facts => reachable && (HomeMove.HasLeft(facts, fabric) || (facts is { Switching: false, Phase: not Phase.Protected } && IsName(facts.FabricOf(facts.ActiveSide.Other()), fabric))));
        Site(fabric).SetCondition(reachable, connected, [.. passive.Select(facts => facts.Item)]);
        foreach (var item in _items.Values)
        {
            var facts = item.State.Facts;
            if (reachable)
            {
                ResumeIfIdle(item);
            }
            else if (IsName(facts.FabricOf(facts.ActiveSide), fabric))
            {
                item.Machine?.Stop();
            }
        }
    }

    /// <summary>The folder of a fabric, absolute; null when the vault does not know it.</summary>
    internal string? FabricPath(string fabric) => FabricOf(fabric) is { } document ? Absolute(document.Path) : null;

    /// <summary>Whether a path is the vault's own folder or lies in it.</summary>
    internal bool IsInVault(string absolutePath) => (absolutePath + Path.DirectorySeparatorChar).StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The fabric whose folder that is; null when it is none's.</summary>
    internal string? FabricAt(string absolutePath) =>
        _store.List("fabric").Select(document => document.Key).FirstOrDefault(name => FabricPath(name) == absolutePath);

    /// <summary>A path as it was given to the vault.</summary>
    internal string Absolute(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, ParentFolder));

    internal void RegisterFabric(string name, string path)
    {
        var absolute = Absolute(path);
        var site = new EmbeddedSite(Options.Files, name, absolute);
        site.Claim(_vault.Id);
        if (_store.Find("fabric", name) is null)
        {
            var relative = Path.GetRelativePath(ParentFolder, absolute);
            var stored = relative.StartsWith("..", StringComparison.Ordinal) ? absolute : relative;
            _store.Put("fabric", name, EngineJson.Write(new FabricDocument(name, stored, site.Kind)), 0);
        }
    }

    /// <summary>Forgets a fabric; its folder stays, free for other vaults.</summary>
    internal void ForgetFabric(string name)
    {
        Site(name).Release(_vault.Id);
        UnmapAll(name);
        _store.Delete("fabric", name);
        _sites.TryRemove(name, out _);
    }

    /// <summary>The items that use a fabric.</summary>
    internal IReadOnlyList<ProtectionFacts> ItemsOf(string fabric) =>
        [.. RuntimesOf(fabric).Select(item => item.State.Facts)];

    private IEnumerable<ItemRuntime> RuntimesOf(string fabric) =>
        _items.Values.Where(item => item.Uses(fabric));

    private FabricDocument? FabricOf(string name) =>
        _store.Find("fabric", name) is { } document ? EngineJson.Read<FabricDocument>(document.Json) : null;

    private (string Fabric, AsrError Error)[] Outages() =>
    [
        .. from document in _store.List("fabric")
           let outage = OutageOf(document.Key)
           where outage is not null
           select (document.Key, outage),
    ];

    private AsrError? OutageOf(string fabric)
    {
        try
        {
            return Site(fabric).Outage;
        }
        catch (AsrException unreadable)
        {
            return unreadable.Error;
        }
    }
}
