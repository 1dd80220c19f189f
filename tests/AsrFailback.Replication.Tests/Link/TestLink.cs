using System.Collections.Concurrent;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>A link to a target that can be cut, held and watched.</summary>
internal sealed class TestLink(IReplicationTarget target) : IReplicationTarget
{
    private volatile TaskCompletionSource? _held;

    /// <summary>Asked before every call of either kind; may throw.</summary>
    public Action? OnCall { get; set; }

    /// <summary>Told of every batch before the target has it.</summary>
    public Action<IReadOnlyList<LogRecord>>? OnReceive { get; set; }

    /// <summary>Every block whose digest was asked for.</summary>
    public ConcurrentBag<(int Disk, long Block)> Compared { get; } = [];

    /// <summary>How often was asked where data is.</summary>
    public int DataAsked { get; private set; }

    /// <summary>Whether every call says that the link is down.</summary>
    public bool IsDown { get; set; }

    /// <summary>Bytes of data received.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Makes batches wait until <see cref="LetGo"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _held?.TrySetResult();

    public async ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        Check();
        OnReceive?.Invoke(records);
        if (_held is { } held)
        {
            await held.Task.WaitAsync(cancellation);
        }

        BytesReceived += records.Sum(record => (long)record.Data.Length);
        return await target.ReceiveAsync(records, cancellation);
    }

    public async ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        Check();
        foreach (var block in blocks)
        {
            Compared.Add((disk, block));
        }

        return await target.GetDigestsAsync(disk, blocks, cancellation);
    }

    public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation)
    {
        Check();
        DataAsked++;
        return target.NextDataAsync(disk, firstBlock, cancellation);
    }

    private void Check()
    {
        OnCall?.Invoke();
        if (IsDown)
        {
            throw ErrorCatalogue.Exception("LinkDown", "source", "target");
        }
    }
}
