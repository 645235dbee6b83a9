using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FuncExec.ExecutorPlugins;
using Microsoft.Extensions.Logging;

namespace CustomExecutor;

/// <summary>
/// Writes the SHA-256 of a file: <c>{"executor":"checksum","payload":{"path":"input.bin"}}</c>. What its constructor asks
/// for comes from the service.
/// </summary>
public sealed class ChecksumExecutor(TimeProvider time, ILogger<ChecksumExecutor> logger) : IExecutor
{
    /// <inheritdoc/>
    public string Name => "checksum";

    /// <inheritdoc/>
    public ExecutorCapabilities Capabilities { get; } = new("Writes the SHA-256 of a file.", "none", UsesDirectory: true);

    /// <inheritdoc/>
    public IReadOnlyList<PayloadMistake> Validate(JsonElement payload) => ReadPath(payload, out PayloadMistake mistake) is null ? [mistake] : [];

    /// <inheritdoc/>
    public async Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(output);
        string path = Path.Combine(task.Directory ?? "/", ReadPath(task.Payload, out PayloadMistake mistake) ?? throw new ArgumentException(mistake.Message, nameof(task)));
        using CancellationTokenSource late = new(task.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await using FileStream file = File.OpenRead(path);
            string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop.Token));
            output.Write(OutputStream.Stdout, Encoding.UTF8.GetBytes($"{hash}\n"));
            logger.LogDebug("{Bytes} bytes were read.", file.Length);
            return new TaskOutcome.Succeeded(0) { Details = JsonSerializer.SerializeToElement(new { bytes = file.Length }) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new TaskOutcome.Cancelled();
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new TaskOutcome.TimedOut($"Reading took longer than {task.Timeout:c}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new TaskOutcome.Failed(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, exception.Message);
        }
    }

    /// <inheritdoc/>
    public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ExecutorHealth(true, "Reads files."));

    private static string? ReadPath(JsonElement payload, out PayloadMistake mistake)
    {
        bool isObject = payload.ValueKind is JsonValueKind.Object;
        mistake = new PayloadMistake(isObject ? "$.path" : "$", isObject ? "must be the path of a file" : "must be an object with the member 'path'");
        return isObject && payload.TryGetProperty("path", out JsonElement path) && path.ValueKind is JsonValueKind.String && path.GetString() is { Length: > 0 } text ? text : null;
    }
}
