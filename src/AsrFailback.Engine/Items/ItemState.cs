using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;
using AsrFailback.Core.Protection;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Items;

/// <summary>The facts of one item, in memory and in the store; a change counts once it is durable. Thread-safe.</summary>
internal sealed class ItemState
{
    /// <summary>Kind of the stored documents.</summary>
    public const string Kind = "item";

    private readonly IStateStore _store;
    private readonly object _lock = new();
    private volatile ProtectionFacts _facts;
    private long _version;

    private ItemState(IStateStore store, ProtectionFacts facts, long version) => (_store, _facts, _version) = (store, facts, version);

    /// <summary>The facts now.</summary>
    public ProtectionFacts Facts => _facts;

    /// <summary>All items of the store.</summary>
    public static IEnumerable<ItemState> Load(IStateStore store) =>
        store.List(Kind).Select(document => new ItemState(store, EngineJson.Read<ProtectionFacts>(document.Json), document.Version));

    /// <summary>Stores a new item.</summary>
    public static ItemState Create(IStateStore store, ProtectionFacts facts) =>
        new(store, facts, store.Put(Kind, facts.Item, EngineJson.Write(facts), 0));

    /// <summary>Stores changed facts; in memory they change only after that.</summary>
    public ProtectionFacts Change(Func<ProtectionFacts, ProtectionFacts> change)
    {
        lock (_lock)
        {
            var changed = change(_facts);
            if (changed == _facts)
            {
                return changed;
            }

            _version = _store.Put(Kind, changed.Item, EngineJson.Write(changed), _version);
            _facts = changed;
            return changed;
        }
    }

    /// <summary>Removes the item.</summary>
    public void Remove() => _store.Delete(Kind, _facts.Item);

    /// <summary>The fence of a machine that was started on a side under an epoch.</summary>
    public IWriteFence Fence(Side side, long epoch) => new ItemFence(this, side, epoch);

    private sealed class ItemFence(ItemState item, Side side, long epoch) : IWriteFence
    {
        public void RequireWritable()
        {
            var facts = item._facts;
            if (facts.ActiveSide != side || facts.Epoch != epoch || facts.Switching || facts.ShutDown)
            {
                throw ErrorCatalogue.Exception(
                    "WriteRefused", facts.Item, facts.FabricOf(side), epoch, facts.FabricOf(facts.ActiveSide), facts.Epoch);
            }
        }
    }
}
