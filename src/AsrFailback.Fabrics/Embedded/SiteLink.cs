using AsrFailback.Core.Errors;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>The site-to-site link in front of a target: down when either end is unreachable or not connected.</summary>
public sealed class SiteLink(EmbeddedSite source, EmbeddedSite target, IReplicationTarget inner) : IReplicationTarget
{
    /// <inheritdoc/>
    public ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        RequireUp();
        return inner.ReceiveAsync(records, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        RequireUp();
        return inner.GetDigestsAsync(disk, blocks, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation)
    {
        RequireUp();
        return inner.NextDataAsync(disk, firstBlock, cancellation);
    }

    // Both ends at one moment: one may have gone while the other, that was gone, came back.
    private void RequireUp()
    {
        if (!source.TakesReplication || !target.TakesReplication || !source.TakesReplication)
        {
            throw ErrorCatalogue.Exception("LinkDown", source.Name, target.Name);
        }
    }
}
