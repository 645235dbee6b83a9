using System.Net;
using System.Text.Json;
using FuncExec.ExecutorPlugins.Http.Calls;
using FuncExec.ExecutorPlugins.Http.Network;
using FuncExec.ExecutorPlugins.Http.Payload;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Http;

/// <summary>
/// Sends HTTP requests: the executor named <c>http</c>. The answer's body is the task's standard output. It connects to
/// public addresses only, unless <see cref="HttpExecutorOptions.AllowedAddresses"/> makes exceptions.
/// </summary>
public sealed partial class HttpExecutor : IExecutor, IDisposable
{
    // The longest that a timer of the platform takes; what may take longer than 49 days has no limit.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly HttpExecutorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HttpExecutor> _logger;
    private readonly AllowedAddresses _allowed;
    private readonly HttpSender _sender;

    /// <summary>Makes the executor with its pool of connections; nothing is connected yet.</summary>
    /// <exception cref="ArgumentException">Settings are out of their range: all of them, by name.</exception>
    public HttpExecutor(HttpExecutorOptions options, TimeProvider time, ILogger<HttpExecutor> logger)
        : this(options, time, logger, HttpNetwork.Machine)
    {
    }

    /// <summary>Makes the executor on a network of the caller's.</summary>
    internal HttpExecutor(HttpExecutorOptions options, TimeProvider time, ILogger<HttpExecutor> logger, HttpNetwork network)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        _options = options;
        _time = time;
        _logger = logger;
        _allowed = options.Check([]);
        GuardedConnector connector = new(_allowed, network, options.ConnectTimeout, time);
        _sender = new HttpSender(HttpHandlers.Create(options.ConnectTimeout, connector), time);
    }

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public ExecutorCapabilities Capabilities { get; } = new("Sends an HTTP request and keeps the answer.", "none");

    /// <inheritdoc/>
    public IReadOnlyList<PayloadMistake> Validate(JsonElement payload)
    {
        (HttpPayload? read, IReadOnlyList<PayloadMistake> mistakes) = HttpPayloadReader.Read(payload, _options.MaxResponseBytes);

        // Names are looked up when the request is sent, not here; an address that is written out can be told at once.
        return read is not null && IPAddress.TryParse(read.Url.IdnHost, out IPAddress? address) && !_allowed.Permits(address, out string? reason)
            ? [new PayloadMistake("$.url", $"leads to an address ({reason}) to which this service does not connect; {HttpExecutorOptions.AllowedAddressesSetting} makes exceptions")]
            : mistakes;
    }

    /// <inheritdoc/>
    public async Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(output);
        (HttpPayload? payload, IReadOnlyList<PayloadMistake> mistakes) = HttpPayloadReader.Read(task.Payload, _options.MaxResponseBytes);
        if (payload is null)
        {
            return new TaskOutcome.Failed(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, $"The payload is wrong: {mistakes[0].Path} {mistakes[0].Message}.");
        }

        long start = _time.GetTimestamp();
        HttpCall call = new(payload, _sender, output);
        TaskOutcome outcome = await RunAsync(call, task.Timeout, cancellationToken).ConfigureAwait(false);
        if (call.WasRefused)
        {
            AddressRefused(_logger, task.JobId, task.TaskId, call.Url.Host);
        }

        return outcome with { Details = CallDetails.Write(call, _time.GetElapsedTime(start)) };
    }

    /// <inheritdoc/>
    public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) => Task.FromResult(new ExecutorHealth(
        true,
        _options.AllowedAddresses.Count == 0 ? "Connects to public addresses." : "Connects to public addresses and to those allowed by setting."));

    /// <summary>Closes all connections; requests that still run fail.</summary>
    public void Dispose() => _sender.Dispose();

    private async Task<TaskOutcome> RunAsync(HttpCall call, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(timeout < LongestTimer ? timeout.Value : Timeout.InfiniteTimeSpan, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await call.RunAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new TaskOutcome.Cancelled();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new TaskOutcome.TimedOut($"The request took longer than {timeout:c} and was given up.");
        }
    }

    [LoggerMessage(3100, LogLevel.Warning, "Task {TaskId} of job {JobId} was not allowed to connect to {Host}.")]
    private static partial void AddressRefused(ILogger logger, string jobId, string taskId, string host);
}
