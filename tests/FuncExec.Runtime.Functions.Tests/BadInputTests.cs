using System.Net.Http.Headers;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class BadInputTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WebApp), typeof(DurableApp)],
            Configure = builder => builder.Services.AddKeyedSingleton("greeting", "Hello"),
        });
        await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Wait), new StartOrchestrationOptions("running"));
        await _app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Echo), new StartOrchestrationOptions("finished"));
        await _app.WaitAsync("finished");
    }

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Each_gets_its_status_with_a_body_that_says_where_and_nothing_is_left_behind()
    {
        BadInput[] inputs = [.. BadInputs.All()];
        string before = await _app.GetStringAsync("/runtime/webhooks/durabletask/instances");
        List<string> wrong = [];
        foreach (BadInput input in inputs)
        {
            if (await TryAsync(input) is { } difference)
            {
                wrong.Add(difference);
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.InRange(inputs.Length, 60, int.MaxValue);
        Assert.Equal(before, await _app.GetStringAsync("/runtime/webhooks/durabletask/instances"));
        Assert.Equal(0, _app.Log.Count(LogLevel.Error) + _app.Log.Count(LogLevel.Critical));
    }

    [Fact]
    public async Task Body_above_the_limit_of_unknown_length_is_413()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/body") { Content = new StreamContent(new ZeroStream((32 << 20) + 1)) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal(413, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetInt32());
    }

    private async Task<string?> TryAsync(BadInput input)
    {
        using HttpRequestMessage request = new(new HttpMethod(input.Method), input.Path) { Content = input.Body?.Invoke() };
        // As curl does: what is large is sent when the server wants it, so that a refusal is not met by a closed connection.
        request.Headers.ExpectContinue = request.Content?.Headers.ContentLength > 1 << 20;
        foreach ((string name, string value) in input.Headers.Where(header => header.Value.Length > 0))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!input.Headers.Any(header => header.Name == "x-functions-key"))
        {
            request.Headers.Add("x-functions-key", _app.Key);
        }

        using HttpResponseMessage response = await _app.Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        bool right = (int)response.StatusCode == input.Status
            && (input.Says is null ? body.Length == 0 : body.Contains(input.Says, StringComparison.Ordinal))
            && (body.Length == 0 || IsProblem(response, body, input.Status));
        return right ? null : $"{input.Name}: {(int)response.StatusCode} instead of {input.Status}, '{input.Says}' in: {body}";
    }

    private static bool IsProblem(HttpResponseMessage response, string body, int status)
    {
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        return response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && problem.GetProperty("status").GetInt32() == status
            && problem.GetProperty("detail").GetString()!.Length > 0;
    }

    private sealed class ZeroStream(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, _left);
            Array.Clear(buffer, offset, read);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
