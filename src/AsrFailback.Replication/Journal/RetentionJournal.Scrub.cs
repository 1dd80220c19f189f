using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <content>
/// Whether the replica holds what replication left there. A block that does not keeps the digest it should have until it is
/// written again: content with that digest makes every point exact again, any other spoils the points of now.
/// </content>
public sealed partial class RetentionJournal
{
    /// <summary>Damaged blocks remembered at most; beyond that the points are spoilt, whatever the blocks held.</summary>
    public const int MaxDamagedBlocks = 4096;

    private const int BlocksPerScrub = 16;

    private readonly Dictionary<BlockAddress, byte[]> _damaged = [];
    private bool _distrusted;
    private long _nextToScrub;
    private int _spoilings;

    /// <summary>Blocks of all replica disks.</summary>
    public long BlockCount => _replica.Disks.Sum(disk => Blocks.Count(disk.Length));

    /// <summary>Blocks that do not hold what was written to them, and have not been written again yet.</summary>
    public IReadOnlyList<BlockAddress> DamagedBlocks => Exclusive<IReadOnlyList<BlockAddress>>(() => [.. _damaged.Keys.OrderBy(address => (address.Disk, address.Block))]);

    /// <summary>Whether somebody else may have written the replica.</summary>
    public bool IsDistrusted => Exclusive(() => _distrusted);

    /// <summary>How often the points of a moment were spoilt since the journal was opened.</summary>
    public int Spoilings => Volatile.Read(ref _spoilings);

    /// <summary>Compares the next blocks with their digests, going round; receiving goes on in between.</summary>
    /// <param name="blocks">How many blocks to look at.</param>
    /// <returns>The blocks that differ; <see cref="RememberDamage"/> acts on them.</returns>
    /// <exception cref="AsrException"><c>TargetFull</c> while what was received cannot be applied, or what the file system says.</exception>
    public IReadOnlyList<BlockAddress> Scrub(long blocks)
    {
        var found = new List<BlockAddress>();
        for (var left = Math.Min(blocks, BlockCount); left > 0; left -= BlocksPerScrub)
        {
            Exclusive(() =>
            {
                if (_applyOwed)
                {
                    Changing(Applied); // half of it may be on the disk
                }

                for (var index = 0; index < Math.Min(BlocksPerScrub, left); index++)
                {
                    var address = AddressOf(_nextToScrub % BlockCount);
                    var state = _replica.Compare(address, out _, out var present);
                    _nextToScrub++;
                    if (state == BlockState.Different)
                    {
                        found.Add(address);
                    }
                    else if (state == BlockState.Unknown && !_distrusted)
                    {
                        _replica.Keep(address, present); // it was written in part; from now on it is known
                    }
                }

                return true;
            });
        }

        return found;
    }

    /// <summary>Computes the digests of blocks that are unknown because a block was written in part.</summary>
    public void CompleteDigests(int disk, long firstBlock, int count) => Exclusive(() => Changing(() =>
    {
        Span<byte> digest = stackalloc byte[Blocks.DigestSize];
        for (var block = firstBlock; block < firstBlock + count; block++)
        {
            _replica.Digest(new BlockAddress(disk, block), digest);
        }

        return true;
    }));

    /// <summary>From now on blocks are answered for as they are, so that a synchronisation of their regions fetches them.</summary>
    /// <param name="found">Blocks that <see cref="Scrub"/> found; what has been written again since is left alone.</param>
    public void RememberDamage(IReadOnlyList<BlockAddress> found)
    {
        lock (_gate)
        {
            foreach (var address in found)
            {
                if (_replica.Compare(address, out var expected, out var present) == BlockState.Different)
                {
                    Remember(address, expected, present);
                }
            }
        }
    }

    /// <summary>Believes the digests again: the replica was compared with the machine, and is what it is.</summary>
    public void Trust() => Exclusive(() => Changing(() =>
    {
        _distrusted = false;
        _replica.Forget(_damaged.Keys);
        _damaged.Clear();
        return true;
    }));

    /// <inheritdoc/>
    /// <remarks>A replica that is not believed is all data: what its blocks should have held has to be looked at.</remarks>
    public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation) => ValueTask.FromResult(Exclusive(() =>
    {
        return _distrusted || _damaged.Count > 0 ? firstBlock
            : _replica.NextData(disk, firstBlock * Blocks.Size) is { } data ? Math.Max(firstBlock, data / Blocks.Size)
            : Blocks.Count(_replica.Disks[disk].Length);
    }));

    private void AnswerDigest(BlockAddress address, Span<byte> digest)
    {
        if (!_distrusted && !_damaged.ContainsKey(address))
        {
            _replica.Digest(address, digest);
            return;
        }

        var state = _replica.Compare(address, out var expected, out var present);
        present.CopyTo(digest);
        if (state == BlockState.Different)
        {
            Remember(address, expected, present);
        }
        else if (state == BlockState.Unknown)
        {
            Spoil(); // it was written in part when replication stopped, and who knows by whom else since
            _replica.Keep(address, present);
        }
    }

    private void Remember(BlockAddress address, byte[] expected, byte[] present)
    {
        if (_damaged.Count < MaxDamagedBlocks || _damaged.ContainsKey(address))
        {
            _damaged[address] = expected;
            return;
        }

        Spoil();
        _replica.Keep(address, present);
    }

    // What points are to read where a damaged block is overwritten: what it held before, if that is what comes now.
    private ReadOnlySpan<byte> BeforeImageOf(BlockAddress address, LogRecord record, byte[] buffer)
    {
        var remembered = _damaged.TryGetValue(address, out var expected);
        var state = remembered ? BlockState.Different : _replica.Compare(address, out expected, out _);
        if (state == BlockState.Different)
        {
            var content = _replica.WholeBlock(record, address);
            if (!content.IsEmpty && expected.AsSpan().SequenceEqual(Blocks.Digest(content)))
            {
                return content;
            }

            if (content.IsEmpty && !remembered)
            {
                _options.OnRot();
            }
        }

        if (state == BlockState.Different || (state == BlockState.Unknown && _distrusted))
        {
            Spoil();
        }

        return Blocks.Read(_replica.Disks[address.Disk], address.Block, buffer);
    }

    // The same where the before-image is saved already. What a replay meets may be half of what it writes again.
    private void NoticeRot(BlockAddress address, LogRecord record)
    {
        if (!_replaying && !_applyingAgain && !_damaged.ContainsKey(address) && _replica.WholeBlock(record, address).IsEmpty
            && _replica.Compare(address, out _, out _) == BlockState.Different)
        {
            _options.OnRot();
            Spoil();
        }
    }

    private void Spoil()
    {
        Interlocked.Increment(ref _spoilings);
        _options.OnSpoilt();
    }

    private void Overwrite(List<LogRecord> records, bool uncached = false)
    {
        if (!uncached || !_replica.TryOverwriteUncached(records))
        {
            _replica.Overwrite(records);
        }

        if (_damaged.Count == 0 && !_distrusted)
        {
            return;
        }

        Span<byte> digest = stackalloc byte[Blocks.DigestSize];
        foreach (var address in records.SelectMany(Replica.BlocksOf))
        {
            _damaged.Remove(address);
            if (_distrusted)
            {
                _replica.Digest(address, digest); // what is unknown later was not written here
            }
        }
    }

    private BlockAddress AddressOf(long number)
    {
        var disk = 0;
        while (number >= Blocks.Count(_replica.Disks[disk].Length))
        {
            number -= Blocks.Count(_replica.Disks[disk++].Length);
        }

        return new BlockAddress(disk, number);
    }
}
