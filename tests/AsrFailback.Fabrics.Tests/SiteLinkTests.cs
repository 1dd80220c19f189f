using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Fabrics.Tests;

/// <summary>The link between two sites is up when both ends are.</summary>
public sealed class SiteLinkTests : IDisposable
{
    private readonly SiteFolder _home = SiteFolder.VMware();
    private readonly SiteFolder _azure = SiteFolder.Azure();

    public void Dispose()
    {
        _home.Dispose();
        _azure.Dispose();
    }

    // home reachable, connected, azure reachable, connected | whether the link is up
    [Theory]
    [InlineData(true, true, true, true, true)]
    [InlineData(false, true, true, true, false)]
    [InlineData(true, false, true, true, false)]
    [InlineData(true, true, false, true, false)]
    [InlineData(true, true, true, false, false)]
    [InlineData(false, false, false, false, false)]
    public async Task The_link_is_up_when_both_ends_are(bool homeReachable, bool homeConnected, bool azureReachable, bool azureConnected, bool up)
    {
        var (home, azure) = (_home.Open(), new EmbeddedSite(_azure.Files, "azure", _azure.Root));
        home.SetCondition(homeReachable, homeConnected);
        azure.SetCondition(azureReachable, azureConnected);
        var target = new CountingTarget();
        var link = new SiteLink(home, azure, target);

        foreach (var call in new Func<Task>[] { () => link.ReceiveAsync([], default).AsTask(), () => link.GetDigestsAsync(0, [0], default).AsTask() })
        {
            var error = await Record.ExceptionAsync(call);
            Assert.Equal(up ? null : "LinkDown", (error as AsrException)?.Error.Id);
        }

        Assert.Equal(up ? 2 : 0, target.Calls);
    }

    [Fact]
    public async Task A_link_that_comes_back_is_used_again()
    {
        var (home, azure) = (_home.Open(), new EmbeddedSite(_azure.Files, "azure", _azure.Root));
        var link = new SiteLink(home, azure, new CountingTarget());
        home.SetCondition(reachable: true, connected: false);
        var down = await Assert.ThrowsAsync<AsrException>(() => link.ReceiveAsync([], default).AsTask());
        Assert.True(down.Error.Temporary);
        Assert.Contains("onprem", down.Message, StringComparison.Ordinal);
        Assert.Contains("azure", down.Message, StringComparison.Ordinal);

        home.SetCondition(reachable: true, connected: true);

        Assert.Equal(new LogPosition(1, 1), await link.ReceiveAsync([], default));
    }

    private sealed class CountingTarget : IReplicationTarget
    {
        public int Calls { get; private set; }

        public ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
        {
            Calls++;
            return ValueTask.FromResult(new LogPosition(1, 1));
        }

        public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
        {
            Calls++;
            return ValueTask.FromResult(new byte[32]);
        }

        public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation)
        {
            Calls++;
            return ValueTask.FromResult(0L);
        }
    }
}
