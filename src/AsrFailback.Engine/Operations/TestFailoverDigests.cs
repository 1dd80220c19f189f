using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Reads every byte of production and of the replica before and after a test failover, so that its result can say that it
/// changed neither (FO-01). A disk that cannot be read, or hangs, is told and does not hold the test up.
/// </summary>
internal sealed class TestFailoverDigests(FailbackEngine engine, ItemRuntime runtime, TaskContext context)
{
    private const int Piece = 1 << 20;

    /// <summary>How long one piece of a disk may take to be read.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What is there before the test machine is made.</summary>
    /// <param name="pointId">The point it will have; pinned.</param>
    public async Task<DigestFacts> BeforeAsync(Guid pointId)
    {
        var (generation, writes) = Written();
        var production = await ReadProductionAsync().ConfigureAwait(false);
        var replica = await ReadReplicaAsync(pointId).ConfigureAwait(false);
        return new DigestFacts(
            [.. Named(DigestPlace.Production, production), .. Named(DigestPlace.Replica, replica)], generation, writes);
    }

    /// <summary>The same disks once more, after the test machine was removed; the point is still pinned.</summary>
    public async Task<IReadOnlyList<DiskDigest>> AfterAsync(Guid pointId, DigestFacts before)
    {
        var production = await ReadProductionAsync().ConfigureAwait(false);
        var replica = await ReadReplicaAsync(pointId).ConfigureAwait(false);
        var (generation, writes) = Written();
        var written = generation != before.Generation || writes != before.Writes;
        return
        [
            .. After(DigestPlace.Production, production).Select(digest => digest with { Written = written }),
            .. After(DigestPlace.Replica, replica),
        ];

        IEnumerable<DiskDigest> After(DigestPlace place, string[]? now) =>
            before.Disks.Where(digest => digest.Place == place).Select((digest, index) => digest with { After = now?.ElementAtOrDefault(index) });
    }

    // Only writes through this opening of the machine can be counted.
    private (uint Generation, long Writes) Written() => (runtime.State.Facts.Generation, runtime.Machine?.Writes ?? 0);

    private IEnumerable<DiskDigest> Named(DigestPlace place, string[]? digests) =>
        runtime.At(runtime.State.Facts.TargetSide).Site.GetMachine(runtime.State.Facts.Item).Disks
            .Select((disk, index) => new DiskDigest(disk.Name, place, digests?.ElementAtOrDefault(index)));

    private async Task<string[]?> ReadProductionAsync() => runtime.Machine is { IsStopped: false } machine
        ? await TryReadAsync(DigestPlace.Production, [.. machine.DiskBytes.Select((length, disk) => new Content(length, (offset, buffer) => machine.Read(disk, offset, buffer)))]).ConfigureAwait(false)
        : Missing(DigestPlace.Production, ErrorCatalogue.Error("MachineClosed").Message);

    private async Task<string[]?> ReadReplicaAsync(Guid pointId)
    {
        IReadOnlyList<IBlockDevice> disks = [];
        try
        {
            disks = engine.OpenPoint(runtime.State.Facts.Item, pointId);
            return await TryReadAsync(DigestPlace.Replica, [.. disks.Select(disk => new Content(disk.Length, disk.Read))]).ConfigureAwait(false);
        }
        catch (AsrException unreadable)
        {
            return Missing(DigestPlace.Replica, unreadable.Message);
        }
        finally
        {
            foreach (var disk in disks)
            {
                disk.Dispose();
            }
        }
    }

    private async Task<string[]?> TryReadAsync(DigestPlace place, Content[] disks)
    {
        try
        {
            var total = disks.Sum(disk => disk.Length);
            var done = 0L;
            var digests = new List<string>();
            foreach (var disk in disks)
            {
                digests.Add(await DigestAsync(disk, bytes => context.Report($"Reading: {place}", done + bytes, total)).ConfigureAwait(false));
                done += disk.Length;
            }

            return [.. digests];
        }
        catch (Exception unreadable) when (unreadable is AsrException or TimeoutException)
        {
            return Missing(place, unreadable.Message);
        }
    }

    private async Task<string> DigestAsync(Content disk, Action<long> report)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; offset < disk.Length; offset += Piece)
        {
            var (at, buffer) = (offset, new byte[Math.Min(Piece, disk.Length - offset)]); // one that hangs may still be filled later
            await Task.Run(() => disk.Read(at, buffer)).WaitAsync(StallTimeout, engine.Options.Clock, context.Cancellation).ConfigureAwait(false);
            hash.AppendData(buffer);
            report(offset + buffer.Length);
        }

        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    private string[]? Missing(DigestPlace place, string why)
    {
        context.Warn(ErrorCatalogue.Error("DigestMissing", runtime.State.Facts.Item, place, why));
        return null;
    }

    private delegate void Reading(long offset, Span<byte> buffer);

    private sealed record Content(long Length, Reading Read);
}
