using System.Text;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Kills;

/// <summary>An event as it came, without its cursor.</summary>
internal sealed record FollowedEvent(string Kind, string Data)
{
    public JsonElement Json => JsonElement.Parse(Data);
}

/// <summary>
/// Follows a job's events to the end, over whatever breaks, each time by the id of the last event that came whole, and judges on
/// the way that no number and no byte of output is left out or comes twice.
/// </summary>
internal sealed class EventFollower(ServiceClient api, string jobId)
{
    private readonly Dictionary<(string Task, long Token, string Stream), long> _offsets = [];
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _last;
    private long _number;

    /// <summary>What is stored of the job: its numbered events.</summary>
    public List<FollowedEvent> Events { get; } = [];

    /// <summary>How often it came back.</summary>
    public int Resumptions { get; private set; }

    /// <summary>Completes when a task has begun, or the job has ended.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Follows until the job's last event.</summary>
    public async Task RunAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        try
        {
            while (!await ReadSomeAsync(limit.Token))
            {
                Resumptions++;
            }
        }
        finally
        {
            _begun.TrySetResult();
        }
    }

    /// <summary>True when the last event has come.</summary>
    private async Task<bool> ReadSomeAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage? answer = await api.OpenEventsAsync(jobId, _last, cancellationToken);
        if (answer is null)
        {
            return false;
        }

        Assert.True(answer.IsSuccessStatusCode, $"The events of {jobId} were answered with {answer.StatusCode}.");
        try
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            string kind = "";
            string id = "";
            string data = "";
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    kind = line["event: ".Length..];
                }
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line["id: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    data = line["data: ".Length..];
                }
                else if (line.Length == 0 && data.Length > 0)
                {
                    _last = id;
                    if (Take(new FollowedEvent(kind, data)))
                    {
                        return true;
                    }

                    data = "";
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The service was killed.
        }

        return false;
    }

    private bool Take(FollowedEvent one)
    {
        Assert.True(one.Kind is "job" or "task" or "output", $"{jobId} has an event '{one.Kind}': {one.Data}");
        JsonElement json = one.Json;
        if (one.Kind == "output")
        {
            TakeOutput(json);
            return false;
        }

        long number = json.GetProperty("number").GetInt64();
        Assert.True(number == _number + 1, $"{jobId} has event {number} after {_number}: {one.Data}");
        _number = number;
        Events.Add(one);
        string? status = json.TryGetProperty("status", out JsonElement found) ? found.GetString() : null;
        if (one.Kind == "task" && status == "running")
        {
            _begun.TrySetResult();
        }

        return one.Kind == "job" && (status is "succeeded" or "failed" or "cancelled" or "timedOut");
    }

    private void TakeOutput(JsonElement json)
    {
        var stream = (json.GetProperty("task").GetString()!, json.GetProperty("token").GetInt64(), json.GetProperty("stream").GetString()!);
        long offset = json.GetProperty("offset").GetInt64();
        long expected = _offsets.GetValueOrDefault(stream);
        Assert.True(offset == expected, $"{jobId} has output of {stream} at {offset} after {expected}.");
        _offsets[stream] = offset + json.GetProperty("data").GetBytesFromBase64().Length;
    }
}
