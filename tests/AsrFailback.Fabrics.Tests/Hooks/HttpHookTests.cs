using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AsrFailback.Fabrics.Hooks;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Servers are told by HTTP, patiently but not for ever. All of it over real sockets.</summary>
public sealed class HttpHookTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly HookPatience Quick = new() { FirstPause = TimeSpan.FromMilliseconds(1), TryTimeout = TimeSpan.FromSeconds(20) };

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_server_is_told_once_when_it_listens()
    {
        await using var server = HookServer.Of(200);

        Assert.Equal("done", await PostAsync(server.Address));

        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /hook HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", request, StringComparison.Ordinal);
        Assert.EndsWith("{\"GroupId\":\"1\"}", request, StringComparison.Ordinal);
    }

    // statuses in order | how often it is asked | how it ends
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("500 503 200", 3, "")]
    [InlineData("429 408 502 201", 4, "")]
    [InlineData("500", 4, "500 done")]
    [InlineData("404", 1, "404 done")]
    [InlineData("401", 1, "401 done")]
    [InlineData("301", 1, "301 done")]
    public async Task What_may_pass_is_tried_again_and_what_is_refused_is_not(string statuses, int times, string end)
    {
        await using var server = HookServer.Of([.. Notation.Words(statuses).Select(word => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture))]);

        var failure = await Record.ExceptionAsync(() => PostAsync(server.Address));

        Assert.Equal(times, server.Requests.Count);
        Assert.Equal(end.Length == 0, failure is null);
        Assert.True(failure is null || failure is AsrException { Error.Id: "HookFailed" } && failure.Message.Contains(end, StringComparison.Ordinal), failure?.Message);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task Every_repeat_carries_the_same_key()
    {
        await using var server = HookServer.Of(500, 500, 200);

        await PostAsync(server.Address);

        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Contains("Idempotency-Key: run%2FRunbook1\r\n", request, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = HookServer.Of(200);
        await using var server = new HookServer((_, stream, _) => HookServer.SendAsync(stream, "307 X", "", $"Location: {elsewhere.Address}\r\n"));

        await Assert.ThrowsAsync<AsrException>(() => PostAsync(server.Address));

        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_server_that_hangs_is_given_up_try_by_try_and_then_for_good()
    {
        await using var server = new HookServer((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        var patience = Quick with { TryTimeout = TimeSpan.FromMilliseconds(100) };

        var perTry = await Assert.ThrowsAsync<AsrException>(() => PostAsync(server.Address, patience: patience));
        Assert.Contains("did not answer within 0.1 seconds", perTry.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);

        var inAll = await Assert.ThrowsAsync<AsrException>(() => PostAsync(server.Address, timeout: TimeSpan.FromMilliseconds(100)));
        Assert.Contains("did not answer well within 0.1 seconds", inAll.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_call_that_is_stopped_stops_at_once()
    {
        await using var server = new HookServer((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        using var hook = new HttpHook(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = hook.PostAsync(Call(server.Address), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Long));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_server_that_is_not_there_is_told_of()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook";
        listener.Stop();

        var refused = await Assert.ThrowsAsync<AsrException>(() => PostAsync(address));

        Assert.Equal(("HookFailed", true), (refused.Error.Id, refused.Error.Temporary));
        Assert.Contains(address, refused.Message, StringComparison.Ordinal);
    }

    // To see it fail: take AddCircuitBreaker out of HttpHook.
    [Fact]
    [Requirement("RPL-02")]
    public async Task A_host_that_keeps_failing_is_left_alone_and_another_one_is_not()
    {
        await using var broken = HookServer.Of(500);
        await using var well = HookServer.Of(200);
        using var hook = new HttpHook(TimeProvider.System, Quick);
        for (var call = 0; call < 2; call++)
        {
            await Assert.ThrowsAsync<AsrException>(() => hook.PostAsync(Call(broken.Address), CancellationToken.None));
        }

        Assert.Equal(8, broken.Requests.Count);
        var left = await Assert.ThrowsAsync<AsrException>(() => hook.PostAsync(Call(broken.Address), CancellationToken.None));

        Assert.Contains("left alone", left.Message, StringComparison.Ordinal);
        Assert.Equal(8, broken.Requests.Count);
        Assert.Equal("done", await hook.PostAsync(Call(well.Address), CancellationToken.None));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        await using var server = new HookServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            var flood = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
            while (true)
            {
                await stream.WriteAsync(flood, stop);
            }
        });
        var watch = Stopwatch.StartNew();

        Assert.Equal(HttpHook.MaxAnswer, (await PostAsync(server.Address)).Length);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Long);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_token_goes_to_the_server_and_nowhere_else()
    {
        await using var server = new HookServer((number, stream, _) => HookServer.SendAsync(stream, number == 1 ? "200 OK" : "403 No", "you said canary-5d1e, did you?"));
        Environment.SetEnvironmentVariable("ASR_HOOK_TOKEN", "canary-5d1e");
        try
        {
            var answer = await PostAsync(server.Address, token: "ASR_HOOK_TOKEN");
            var refused = await Assert.ThrowsAsync<AsrException>(() => PostAsync(server.Address, token: "ASR_HOOK_TOKEN"));

            Assert.All(server.Requests, request => Assert.Contains("Authorization: Bearer canary-5d1e\r\n", request, StringComparison.Ordinal));
            Assert.Equal("you said ***, did you?", answer);
            Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASR_HOOK_TOKEN", null);
        }
    }

    [Theory]
    [Requirement("RPL-02")]
    [InlineData(null)]
    [InlineData("two words canary")]
    [InlineData("line\r\nX-Injected: canary")]
    public async Task A_token_that_is_none_is_not_sent_nor_repeated(string? token)
    {
        await using var server = HookServer.Of(200);
        Environment.SetEnvironmentVariable("ASR_HOOK_NO_TOKEN", token);
        try
        {
            var refused = await Assert.ThrowsAsync<AsrException>(() => PostAsync(server.Address, token: "ASR_HOOK_NO_TOKEN"));

            Assert.Equal("HookTokenMissing", refused.Error.Id);
            Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
            Assert.Empty(server.Requests);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASR_HOOK_NO_TOKEN", null);
        }
    }

    [Theory]
    [Requirement("RPL-02")]
    [InlineData("http://ops.example/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://me:secret@ops.example/hook")]
    [InlineData("hook")]
    public async Task What_is_no_safe_address_is_refused(string address) =>
        Assert.Equal("HookFailed", (await Assert.ThrowsAsync<AsrException>(() => PostAsync(address))).Error.Id);

    // The server's certificate is its own word only.
    [Fact]
    [Requirement("RPL-02")]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=127.0.0.1", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Record.ExceptionAsync(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var tls = new System.Net.Security.SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate);
            await HookServer.SendAsync(tls, "200 OK", "done");
        });

        var refused = await Assert.ThrowsAsync<AsrException>(
            () => PostAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook", patience: Quick with { Repeats = 1, TryTimeout = TimeSpan.FromSeconds(5) }));

        Assert.Equal("HookFailed", refused.Error.Id);
        listener.Stop();
        await serving.WaitAsync(Long);
    }

    private static async Task<string> PostAsync(string address, HookPatience? patience = null, TimeSpan? timeout = null, string? token = null)
    {
        using var hook = new HttpHook(TimeProvider.System, patience ?? Quick);
        return await hook.PostAsync(Call(address) with { Timeout = timeout ?? Long, TokenVariable = token }, CancellationToken.None).WaitAsync(Long);
    }

    private static HookCall Call(string address) => new(address, "{\"GroupId\":\"1\"}"u8.ToArray(), "run/Runbook1", Long);
}
