using System.Net.Sockets;
using FuncExec.ExecutorPlugins.Http.Payload;
using Polly;
using Polly.Retry;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>Sends requests over the shared handler, and again where a fault passes.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MostRetries = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _invoker;
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HopResult> _pipeline;

    /// <summary>Takes over the handler.</summary>
    public HttpSender(SocketsHttpHandler handler, TimeProvider time)
    {
        _invoker = new HttpMessageInvoker(handler, disposeHandler: true);
        _connectTimeout = handler.ConnectTimeout;
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<HopResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HopResult>
            {
                MaxRetryAttempts = MostRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayRetry: true }),
                DelayGenerator = static arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
                OnRetry = static arguments =>
                {
                    (arguments.Outcome.Result as HopResult.Answered)?.Response.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Sends a request until there is an answer, the fault stays, or the tries are used up.</summary>
    /// <param name="hop">The request.</param>
    /// <param name="accepted">Statuses that are a success: none of them is a fault, whatever it usually means.</param>
    /// <param name="onSend">Called before each sending.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HopResult> SendAsync(HttpHop hop, StatusRanges accepted, Action onSend, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(
            async token =>
            {
                onSend();
                return await SendOnceAsync(hop, accepted, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _invoker.Dispose();

    private async Task<HopResult> SendOnceAsync(HttpHop hop, StatusRanges accepted, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = hop.CreateMessage();
        try
        {
            return Judge(await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false), hop, accepted);
        }
        catch (HttpRequestException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return HopFaults.Explain(exception, hop);
        }
        catch (SocketException exception)
        {
            // A connection whose other end went as it was made: the handler asks it for its address outside of what it wraps.
            cancellationToken.ThrowIfCancellationRequested();
            return HopFaults.Vanished(hop, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's word for a connection that is not there in time.
            return HopFaults.ConnectTimedOut(hop, _connectTimeout);
        }
    }

    private HopResult.Answered Judge(HttpResponseMessage response, HttpHop hop, StatusRanges accepted)
    {
        int status = (int)response.StatusCode;
        TimeSpan? retryAfter = RetryAfter(response);
        return new HopResult.Answered(response)
        {
            MayRetry = status is 502 or 503 or 504 && hop.IsIdempotent && !accepted.Contains(status) && !(retryAfter > LongestRetryAfter),
            RetryAfter = retryAfter,
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
