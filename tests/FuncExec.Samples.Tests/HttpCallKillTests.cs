using System.Text.Json;

namespace FuncExec.Samples.Tests;

/// <summary>Orchestrations that follow up a 202 while their process is killed, in the middle of requests and between them.</summary>
public sealed class HttpCallKillTests : IDisposable
{
    private const string App = "FuncExec.Templates.Application";
    private const int Orders = 10;
    private const int Kills = 4;

    private readonly string _data = Directory.CreateTempSubdirectory("funcexec-calls-").FullName;

    [Fact]
    public async Task Calls_go_on_where_they_stood()
    {
        await using SlowService service = await SlowService.StartAsync();
        SampleApp app = await StartAsync();
        JsonElement[] links = new JsonElement[Orders];
        for (int order = 0; order < Orders; order++)
        {
            links[order] = await app.StartInstanceAsync($"/api/Order?id=order-{order}&service={Uri.EscapeDataString(service.Address)}", "");
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            await service.AskedAsync(2 * Orders);
            if (kill % 2 == 1) // Every second time requests are under way when the process dies.
            {
                service.Hold(true);
                service.Forget();
                await service.AskedAsync(1);
            }

            await app.KillAsync();
            await app.DisposeAsync();
            service.Hold(false);
            service.Forget();
            app = await StartAsync();
        }

        await using (app)
        {
            await service.AskedAsync(2 * Orders);
            service.Deliver();
            foreach (JsonElement link in links)
            {
                Uri old = new(link.GetProperty("statusQueryGetUri").GetString()!);
                JsonElement end = await app.PollAsync(
                    new Uri(app.Http.BaseAddress!, old.PathAndQuery),
                    static status => status.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated");
                Assert.Equal("200 delivered", end.GetProperty("output").GetString());
            }
        }

        // Ordered once, unless the process died before it knew of the answer.
        Assert.Equal(Enumerable.Range(0, Orders).Select(static order => $"order-{order}"), service.Orders.Keys.Order());
        Assert.All(service.Orders.Values, static times => Assert.InRange(times, 1, 1 + Kills));
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private Task<SampleApp> StartAsync() => SampleApp.StartAsync(Path.Combine("tests", App), App + ".dll", _data);
}
