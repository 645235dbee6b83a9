using System.Net.Sockets;
using System.Text;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class SlowReaderTests : IAsyncLifetime
{
    private readonly ApiApp _app = new(new StreamLimits { Patience = TimeSpan.FromSeconds(5), Silence = TimeSpan.FromMilliseconds(100) });

    public Task InitializeAsync() => _app.InitializeAsync();

    public Task DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("events")]
    [InlineData("tasks/main/0/output")]
    [InlineData("tasks/main/0/output?follow=true")]
    public async Task Reader_that_takes_nothing_is_cut_and_others_are_not(string what)
    {
        string id = (await _app.RunAsync(Documents.Script("head -c 30000000 /dev/zero"))).GetProperty("id").GetString()!;
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using Socket slow = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
        await slow.ConnectAsync(_app.Address.Host, _app.Address.Port, limit.Token);
        await slow.SendAsync(
            Encoding.ASCII.GetBytes($"GET /api/jobs/{id}/{what} HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {_app.Key}\r\n\r\n"), limit.Token);

        byte[] whole = await _app.Http.GetByteArrayAsync($"/api/jobs/{id}/tasks/main/0/output", limit.Token);

        Assert.Equal(30_000_000, whole.Length);
        await WaitUntilCutAsync(slow, limit.Token);
        long received = await DrainAsync(slow, limit.Token);
        Assert.InRange(received, 0, 29_000_000);
    }

    [Fact]
    public async Task Silence_is_broken_by_comments()
    {
        string go = Path.Combine(_app.Directory, Guid.NewGuid().ToString());
        string id = await _app.PostAsync(Documents.Script(Documents.Until(go)));
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using EventClient events = await EventClient.OpenAsync(_app.Http, id, null, limit.Token);
        Task<List<ReceivedEvent>> all = events.ReadAllAsync(limit.Token);
        while (events.Comments < 3)
        {
            await Task.Delay(20, limit.Token);
        }

        await File.WriteAllTextAsync(go, "", limit.Token);

        Assert.Equal("succeeded", (await all)[^1].Data.GetProperty("status").GetString());
    }

    /// <summary>A connection that was cut answers a write with an error, sooner or later.</summary>
    private static async Task WaitUntilCutAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await socket.SendAsync("\r\n"u8.ToArray(), cancellationToken);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static async Task<long> DrainAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[65536];
        long count = 0;
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                count += read;
            }
        }
        catch (SocketException)
        {
            // Cut in the middle: what came before counts.
        }

        return count;
    }
}
