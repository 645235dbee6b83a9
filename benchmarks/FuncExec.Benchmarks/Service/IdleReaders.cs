using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FuncExec.Benchmarks.Service;

/// <summary>Many clients follow the events of a job that does nothing.</summary>
internal sealed class IdleReaders : Workload
{
    private const int Count = 5_000;

    public override string Name => "idle-readers";

    public override string Description => "5,000 readers of the events of a job in which nothing happens";

    public override IReadOnlyList<Figure> Figures { get; } = [new("resident memory they add", "MiB", Bound.AtMost, 200)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using ServiceUnderTest service = await ServiceUnderTest.StartAsync(directory);
        using StringContent body = new("""{"command":"sleep","args":["600"]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await service.Client.PostAsync("/api/jobs", body);
        string id = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
        string key = service.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single();
        byte[] request = Encoding.ASCII.GetBytes($"GET /api/jobs/{id}/events HTTP/1.1\r\nHost: 127.0.0.1:{service.Port}\r\nx-functions-key: {key}\r\n\r\n");
        List<Socket> readers = [];
        try
        {
            await AddAsync(readers, service.Port, request, 100);
            double before = service.ResidentMiB();
            await AddAsync(readers, service.Port, request, Count);
            await Task.Delay(TimeSpan.FromSeconds(20)); // A comment has been sent to each of them.
            return [service.ResidentMiB() - before];
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
        }
    }

    private static async Task AddAsync(List<Socket> readers, int port, byte[] request, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Socket reader = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            readers.Add(reader);
            await reader.ConnectAsync("127.0.0.1", port);
            await reader.SendAsync(request);

            // Its answer has begun, and what has happened so far is read.
            byte[] begin = new byte[4096];
            await reader.ReceiveAsync(begin);
        }
    }
}
