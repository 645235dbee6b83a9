using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace FuncExec.Service.Tests.Running;

/// <summary>What the service answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseMessage Message)
{
    /// <summary>Its body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>Its body as JSON, if the status is the right one.</summary>
    public JsonElement Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status}: {Text}");
        return Json;
    }
}

/// <summary>
/// Speaks to the service. A connection that breaks, or cannot be made, is tried again for a long time, as a client does it that
/// has to go on over a restart: whatever it sends may thus arrive twice. Where several nodes are the service, the next one is asked
/// when one does not answer, or answers that it cannot.
/// </summary>
internal sealed class ServiceClient : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>So long a node among several is waited for.</summary>
    private static readonly TimeSpan s_nodePatience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri[] _nodes;
    private int _node;

    public ServiceClient(params Uri[] nodes) => _nodes = nodes;

    private Uri Address => _nodes[(uint)Volatile.Read(ref _node) % (uint)_nodes.Length];

    /// <summary>What it shows to be let in.</summary>
    public string Key { get; set; } = "";

    /// <summary>Whether the service answers now.</summary>
    public async Task<bool> IsThereAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(Address, "/healthz"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    /// <summary>Asks for something.</summary>
    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Asks for something and answers with it before all of it has come.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, path);
        HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
        return answer;
    }

    /// <summary>Asks for something that is there.</summary>
    public async Task<JsonElement> ReadAsync(string path) => (await GetAsync(path)).Expect(HttpStatusCode.OK);

    /// <summary>All items of a list.</summary>
    public async Task<List<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        string mark = path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        for (string? after = ""; after is not null;)
        {
            JsonElement page = await ReadAsync($"{path}{mark}limit=500{(after.Length > 0 ? $"&after={Uri.EscapeDataString(after)}" : "")}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }

        return items;
    }

    /// <summary>Posts a job that is taken; answers what was answered.</summary>
    public async Task<JsonElement> PostJobAsync(object job) =>
        (await SendAsync(HttpMethod.Post, "/api/jobs", () => JsonContent.Create(job))).Expect(HttpStatusCode.Accepted);

    /// <summary>Waits until a job has ended; answers it.</summary>
    public async Task<JsonElement> WaitForEndAsync(string jobId)
    {
        JsonElement job = default;
        await Patience.UntilAsync($"job {jobId} ends", async () =>
        {
            job = await ReadAsync($"/api/jobs/{jobId}");
            return job.GetProperty("finishedAt").ValueKind is not JsonValueKind.Null;
        });
        return job;
    }

    /// <summary>Sends a request.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, Func<HttpContent>? content = null, string? idempotencyKey = null)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            try
            {
                using HttpRequestMessage request = Request(method, path);
                request.Content = content?.Invoke();
                if (idempotencyKey is not null)
                {
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                }

                using CancellationTokenSource patience = OfNode(limit.Token);
                HttpResponseMessage answer = await _http.SendAsync(request, patience.Token);
                ThrowIfAbsent(answer);
                return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(patience.Token), answer);
            }
            catch (Exception exception) when (IsAbsence(exception, limit.Token))
            {
                Interlocked.Increment(ref _node);
                await Task.Delay(s_pause, limit.Token);
            }
        }
    }

    /// <summary>Begins to follow a job's events; null where the connection cannot be made.</summary>
    public async Task<HttpResponseMessage?> OpenEventsAsync(string jobId, string? lastEventId, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, $"/api/jobs/{jobId}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        try
        {
            using CancellationTokenSource patience = OfNode(cancellationToken);
            HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            ThrowIfAbsent(answer);
            return answer;
        }
        catch (Exception exception) when (IsAbsence(exception, cancellationToken))
        {
            Interlocked.Increment(ref _node);
            await Task.Delay(s_pause, cancellationToken);
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private CancellationTokenSource OfNode(CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_nodes.Length > 1)
        {
            patience.CancelAfter(s_nodePatience);
        }

        return patience;
    }

    // A connection whose other end goes as it is made is told as a SocketException: HttpClient asks it for its address outside of what it wraps.
    private static bool IsAbsence(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Another host answers for its worker that has just died, or does not stand yet; a node for a database that it does not reach.</summary>
    private void ThrowIfAbsent(HttpResponseMessage answer)
    {
        if ((ServiceProcess.IsOtherHost || _nodes.Length > 1) && answer.StatusCode >= HttpStatusCode.InternalServerError)
        {
            HttpStatusCode status = answer.StatusCode;
            answer.Dispose();
            throw new HttpRequestException($"The host answers {(int)status}.");
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        HttpRequestMessage request = new(method, new Uri(Address, path));
        request.Headers.Add("x-functions-key", Key);
        return request;
    }
}
