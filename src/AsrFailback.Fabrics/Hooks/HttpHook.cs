using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace AsrFailback.Fabrics.Hooks;

/// <summary>
/// Tells servers something by HTTP. What may pass by itself is tried again; a host that keeps failing is left alone for a while; no
/// redirect is followed, certificates are verified, and of an answer no more is read than is kept. Thread-safe.
/// </summary>
public sealed class HttpHook : IDisposable
{
    /// <summary>Bytes of an answer that are read, the first ones.</summary>
    public const int MaxAnswer = 16 * 1024;

    private const int MostHosts = 256;

    private static readonly HttpStatusCode[] Passing = [HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests];

    private readonly ConcurrentDictionary<string, ResiliencePipeline<string>> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HttpClient _client;
    private readonly TimeProvider _clock;
    private readonly HookPatience _patience;

    /// <summary>A hook for any number of servers.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="patience">How patient it is; null for the usual.</param>
    public HttpHook(TimeProvider clock, HookPatience? patience = null)
    {
        (_clock, _patience) = (clock, patience ?? new HookPatience());
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = _patience.TryTimeout, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Tells a server something.</summary>
    /// <returns>The beginning of what it answered, without the token.</returns>
    /// <exception cref="AsrException"><c>HookFailed</c>, <c>HookTokenMissing</c>.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<string> PostAsync(HookCall call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (HookAddress.FaultOf(call.Address) is { } fault)
        {
            throw ErrorCatalogue.Exception("HookFailed", call.Address, fault);
        }

        var (address, token) = (new Uri(call.Address), TokenOf(call));
        using var limit = new CancellationTokenSource(call.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await HostOf(address).ExecuteAsync(async stop => await TryAsync(address, call, token, stop).ConfigureAwait(false), either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && (failure is HookTryException or HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException || limit.IsCancellationRequested))
        {
            throw ErrorCatalogue.Exception("HookFailed", address.GetLeftPart(UriPartial.Path), WhatOf(failure, call, limit.IsCancellationRequested));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<string> TryAsync(Uri address, HookCall call, string? token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(call.Json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", Uri.EscapeDataString(call.Key));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        var text = await ReadAsync(answer.Content, cancellation).ConfigureAwait(false);
        text = token is null ? text : text.Replace(token, "***", StringComparison.Ordinal);
        return answer.IsSuccessStatusCode ? text : throw new HookTryException(answer.StatusCode, text);
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[MaxAnswer];
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, count).Replace('\0', ' ').Trim();
    }

    // The header would repeat a token that it refuses in its complaint.
    private static string? TokenOf(HookCall call) => call.TokenVariable is not { } variable ? null
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 and <= 8192 } token && token.All(letter => letter is > ' ' and < '\x7f') ? token
        : throw ErrorCatalogue.Exception("HookTokenMissing", variable, call.Address);

    private ResiliencePipeline<string> HostOf(Uri address)
    {
        if (_hosts.Count >= MostHosts)
        {
            _hosts.Clear();
        }

        return _hosts.GetOrAdd(address.Authority, _ => Pipeline());
    }

    private ResiliencePipeline<string> Pipeline() => new ResiliencePipelineBuilder<string> { TimeProvider = _clock }
        .AddRetry(new RetryStrategyOptions<string>
        {
            MaxRetryAttempts = _patience.Repeats, Delay = _patience.FirstPause, BackoffType = DelayBackoffType.Exponential, UseJitter = true,
            ShouldHandle = outcome => ValueTask.FromResult(MayPass(outcome.Outcome.Exception)),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<string>
        {
            FailureRatio = 1, MinimumThroughput = _patience.BreaksAfter, SamplingDuration = TimeSpan.FromMinutes(1), BreakDuration = _patience.Break,
            ShouldHandle = outcome => ValueTask.FromResult(MayPass(outcome.Outcome.Exception)),
        })
        .AddTimeout(_patience.TryTimeout)
        .Build();

    private static bool MayPass(Exception? failure) => failure switch
    {
        HookTryException refused => refused.Status >= HttpStatusCode.InternalServerError || Passing.Contains(refused.Status),
        _ => failure is HttpRequestException or IOException or TimeoutRejectedException,
    };

    private string WhatOf(Exception failure, HookCall call, bool late) => late ? $"it did not answer well within {call.Timeout.TotalSeconds} seconds" : failure switch
    {
        TimeoutRejectedException => $"it did not answer within {_patience.TryTimeout.TotalSeconds} seconds",
        BrokenCircuitException => "it failed again and again, and is left alone for a while",
        _ => failure.Message,
    };

    private sealed class HookTryException(HttpStatusCode status, string answer)
        : Exception($"{(int)status} {answer[..Math.Min(answer.Length, 200)]}".TrimEnd())
    {
        public HttpStatusCode Status => status;
    }
}
