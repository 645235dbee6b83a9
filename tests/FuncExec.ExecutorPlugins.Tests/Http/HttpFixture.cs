using System.Text.Json;
using FuncExec.ExecutorPlugins.Http;
using FuncExec.ExecutorPlugins.Http.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>An executor that may connect to this machine, and what it wrote.</summary>
internal sealed class HttpFixture : IDisposable
{
    public HttpFixture(HttpExecutorOptions? options = null, TimeProvider? time = null, HttpNetwork? network = null) =>
        Executor = new HttpExecutor(
            options ?? Loopback, time ?? TimeProvider.System, NullLogger<HttpExecutor>.Instance, network ?? HttpNetwork.Machine);

    public static HttpExecutorOptions Loopback { get; } = new() { AllowedAddresses = ["127.0.0.0/8"], ConnectTimeout = TimeSpan.FromMinutes(1) };

    public HttpExecutor Executor { get; }

    public OutputTail Output { get; } = new(1024 * 1024);

    public Task<TaskOutcome> Run(string payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Run(payload, Output, timeout, cancellationToken);

    public Task<TaskOutcome> Run(string payload, ITaskOutput output, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Executor.ExecuteAsync(CreateTask(payload, timeout), output, cancellationToken).WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);

    /// <summary>Runs a payload of a URL and of more members, written as JSON.</summary>
    public Task<TaskOutcome> Send(string url, string members) => Run("{\"url\":\"" + url + "\"," + members + "}");

    public Task<TaskOutcome> Get(string url) => Run($$"""{"url":"{{url}}"}""");

    public void Dispose() => Executor.Dispose();

    private static ExecutorTask CreateTask(string payload, TimeSpan? timeout) => new()
    {
        JobId = "job1",
        TaskId = "step/0",
        Attempt = 1,
        Timeout = timeout,
        Payload = JsonDocument.Parse(payload).RootElement,
    };
}

/// <summary>Reads outcomes.</summary>
internal static class Outcomes
{
    public static JsonElement Detail(this TaskOutcome outcome, string name) => outcome.Details!.Value.GetProperty(name);

    public static TaskOutcome Succeeded(this TaskOutcome outcome) => Assert.IsType<TaskOutcome.Succeeded>(outcome);

    public static TaskOutcome.Failed Failed(this TaskOutcome outcome, FailureKind kind, int exitCode)
    {
        TaskOutcome.Failed failed = Assert.IsType<TaskOutcome.Failed>(outcome);
        Assert.True((failed.Kind, failed.ExitCode) == (kind, exitCode), failed.ToString());
        return failed;
    }

    public static TaskOutcome.Failed Unreached(this TaskOutcome outcome) => outcome.Failed(FailureKind.NotFound, -1);
}
