using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FuncExec.Cli.Services;

/// <summary>
/// Speaks to a service. What it refuses is a <see cref="CliException"/>; what is lost on the way a
/// <see cref="ServiceLostException"/>.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    // The service sends a comment every 15 s.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    /// <summary>Makes a client.</summary>
    /// <param name="server">The service's address, ending in a slash.</param>
    /// <param name="key">Its key, or null for none.</param>
    public ApiClient(Uri server, string? key)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(4),
            UseProxy = !server.IsLoopback,
        })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("x-functions-key", key);
        }
    }

    /// <summary>Whether it has ever answered.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>The service's address.</summary>
    public Uri Server => _http.BaseAddress!;

    /// <summary>Whether it answers at all.</summary>
    public async Task<bool> IsAliveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("healthz", limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (IsLost(exception) || IsLimit(exception, cancellationToken))
        {
            return false;
        }
    }

    /// <summary>Hands a job over.</summary>
    /// <param name="document">The job.</param>
    /// <param name="onceKey">Lets it be handed over again without becoming two.</param>
    /// <param name="cancellationToken">Ends the attempt; the job may have been accepted.</param>
    public async Task<JobInfo> CreateAsync(byte[] document, string onceKey, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "api/jobs") { Content = new ByteArrayContent(document) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", onceKey);
        return Read(await SendAsync(request, null, cancellationToken), ApiJson.Default.JobInfo);
    }

    /// <summary>A job as the service shows it.</summary>
    public Task<byte[]> GetRawAsync(string jobId, CancellationToken cancellationToken) => GetAsync($"api/jobs/{jobId}", jobId, cancellationToken);

    /// <summary>A job.</summary>
    public async Task<JobInfo> GetAsync(string jobId, CancellationToken cancellationToken) =>
        Read(await GetRawAsync(jobId, cancellationToken), ApiJson.Default.JobInfo);

    /// <summary>Some of the jobs of a status, newest first.</summary>
    public async Task<ListPage<JobInfo>> ListJobsAsync(string status, CancellationToken cancellationToken) =>
        Read(await GetAsync($"api/jobs?limit=500&status={status}", null, cancellationToken), ApiJson.Default.ListPageJobInfo);

    /// <summary>Some of a job's tasks, all or those of a status.</summary>
    public async Task<ListPage<TaskInfo>> ListTasksAsync(string jobId, string? status, int limit, CancellationToken cancellationToken)
    {
        string filter = status is null ? "" : $"&status={status}";
        return Read(await GetAsync($"api/jobs/{jobId}/tasks?limit={limit}{filter}", jobId, cancellationToken), ApiJson.Default.ListPageTaskInfo);
    }

    /// <summary>Asks that a job end; one that has ended is left as it is.</summary>
    public async Task CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"api/jobs/{jobId}/cancel");
        await SendAsync(request, jobId, cancellationToken, HttpStatusCode.Conflict);
    }

    /// <summary>
    /// What happens to a job, from its beginning or from behind an event, for as long as the connection holds; null as the
    /// last when there is nothing behind it any more.
    /// </summary>
    public async IAsyncEnumerable<StreamEvent?> ReadEventsAsync(
        string jobId, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"api/jobs/{jobId}/events");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        using HttpResponseMessage answer = await OpenAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NoContent)
        {
            yield return null;
            yield break;
        }

        if (answer.StatusCode is not HttpStatusCode.OK)
        {
            throw await RefusalAsync(answer, jobId, cancellationToken);
        }

        await using Stream stream = new ImpatientStream(await answer.Content.ReadAsStreamAsync(cancellationToken), Silence);
        SseParser<StreamEventData> parser = SseParser.Create(stream, StreamEventReader.Read);
        await using IAsyncEnumerator<SseItem<StreamEventData>> items = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(items))
        {
            yield return new StreamEvent(parser.LastEventId, items.Current.Data);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<bool> MoveAsync(IAsyncEnumerator<SseItem<StreamEventData>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception exception) when (IsLost(exception) || exception is TimeoutException)
        {
            throw new ServiceLostException("The stream of events broke off.", exception);
        }
    }

    // A connection whose other end goes as it is made is told as a SocketException: the handler asks it for its address outside of what it wraps.
    private static bool IsLost(Exception exception) => exception is HttpRequestException or IOException or SocketException;

    private static bool IsLimit(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <summary>Reads a job as the service shows it.</summary>
    public static JobInfo ReadJob(byte[] raw) => Read(raw, ApiJson.Default.JobInfo);

    private static T Read<T>(byte[] answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new CliException("The service answered null. Is it FuncExec, and of this version?");
        }
        catch (JsonException exception)
        {
            throw new CliException($"The service's answer cannot be understood: {exception.Message} Is it FuncExec, and of this version?", exception);
        }
    }

    private async Task<byte[]> GetAsync(string path, string? jobId, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        return await SendAsync(request, jobId, cancellationToken);
    }

    private async Task<byte[]> SendAsync(
        HttpRequestMessage request, string? jobId, CancellationToken cancellationToken, HttpStatusCode? alsoGood = null)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using HttpResponseMessage answer = await OpenAsync(request, limit.Token);
            return answer.IsSuccessStatusCode || answer.StatusCode == alsoGood
                ? await answer.Content.ReadAsByteArrayAsync(limit.Token)
                : throw await RefusalAsync(answer, jobId, limit.Token);
        }
        catch (Exception exception) when (IsLost(exception) || IsLimit(exception, cancellationToken))
        {
            throw new ServiceLostException($"The service at {Server} did not answer: {exception.Message}", exception);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            HasAnswered = true;
            return answer;
        }
        catch (Exception exception) when (IsLost(exception))
        {
            throw new ServiceLostException($"The service at {Server} does not answer: {exception.Message}", exception);
        }
    }

    private async Task<Exception> RefusalAsync(HttpResponseMessage answer, string? jobId, CancellationToken cancellationToken)
    {
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return Refusals.Explain(Server, answer.StatusCode, body, jobId);
    }
}
