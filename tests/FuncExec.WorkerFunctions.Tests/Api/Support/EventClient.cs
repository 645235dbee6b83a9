using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace FuncExec.WorkerFunctions.Tests.Api.Support;

/// <summary>An event as it came.</summary>
internal sealed record ReceivedEvent(string Kind, string Id, JsonElement Data);

/// <summary>Reads server-sent events as the standard says.</summary>
internal sealed class EventClient : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private EventClient(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _reader = new StreamReader(body, Encoding.UTF8);
    }

    /// <summary>How many comments came.</summary>
    public int Comments { get; private set; }

    public HttpStatusCode Status => _answer.StatusCode;

    public static async Task<EventClient> OpenAsync(HttpClient http, string jobId, string? lastEventId, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/jobs/{jobId}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        return new EventClient(answer, await answer.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Over what was sent already.</summary>
    public static EventClient Over(Stream body) => new(new HttpResponseMessage(), body);

    /// <summary>The next event, or null at the end.</summary>
    public async Task<ReceivedEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        string kind = "message";
        string id = "";
        StringBuilder data = new();
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    return new ReceivedEvent(kind, id, JsonElement.Parse(data.ToString()));
                }

                continue;
            }

            int colon = line.IndexOf(':');
            string field = colon < 0 ? line : line[..colon];
            string value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            switch (field)
            {
                case "":
                    Comments++;
                    break;
                case "event":
                    kind = value;
                    break;
                case "id":
                    id = value;
                    break;
                case "data":
                    data.Append(value);
                    break;
                case "retry":
                    Assert.True(int.Parse(value, CultureInfo.InvariantCulture) > 0);
                    break;
                default:
                    Assert.Fail($"The stream has the field '{field}'.");
                    break;
            }
        }

        return null;
    }

    /// <summary>All that follow.</summary>
    public async Task<List<ReceivedEvent>> ReadAllAsync(CancellationToken cancellationToken)
    {
        List<ReceivedEvent> events = [];
        while (await ReadAsync(cancellationToken) is { } one)
        {
            events.Add(one);
        }

        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }
}
