using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using FuncExec.Runtime.History;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Traces from an HTTP caller to what an orchestration does for him.</summary>
public sealed class TraceTests
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();

    [Fact]
    public async Task Trace_of_the_caller_reaches_activities_and_other_services()
    {
        ConcurrentQueue<Activity> spans = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == "Microsoft.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using TestServer server = await TestServer.StartAsync(static (context, _) => context.Response.WriteAsync(context.Request.Headers.TraceParent.ToString()));
        await using TestApp app = await TestApp.StartAsync(typeof(TraceApp));

        string id = await StartAsync(app, server.Address, "01");

        string?[] seen = (await app.WaitAsync(id)).ReadOutputAs<string?[]>()!;
        await TestApp.WaitForAsync(() => spans.Any(static span => span is { DisplayName: "orchestration:Traced", Kind: ActivityKind.Server }));
        Activity activity = spans.Single(static span => span is { DisplayName: "activity:See", Kind: ActivityKind.Server });
        Assert.Equal([activity.Id, activity.Id], seen[..2].AsEnumerable());
        Assert.Contains(_trace.ToHexString(), seen[2], StringComparison.Ordinal);
        Assert.Single(spans, static span => span is { DisplayName: "activity:BuiltIn::HttpActivity", Kind: ActivityKind.Client });
    }

    [Fact]
    public async Task Trace_is_kept_where_nobody_takes_spans_and_made_up_ones_are_not()
    {
        await using TestServer server = await TestServer.StartAsync(static (_, _) => Task.CompletedTask);
        await using TestApp app = await TestApp.StartAsync(typeof(TraceApp));

        string traced = await StartAsync(app, server.Address, "00");
        string alone = await StartAsync(app, server.Address, null);
        await app.WaitAsync(traced);
        await app.WaitAsync(alone);

        Assert.Contains(_trace.ToHexString(), (await TraceOfAsync(app, traced))!.Parent, StringComparison.Ordinal);
        Assert.Null(await TraceOfAsync(app, alone));
    }

    private static async Task<TraceLink?> TraceOfAsync(TestApp app, string id)
    {
        IReadOnlyList<TurnRecord> turns = await app.Services.GetRequiredService<RuntimeState>().Engine!.ReadHistoryAsync(id, CancellationToken.None);
        return turns[0].Received.OfType<ExecutionStarted>().Single().Trace;
    }

    private async Task<string> StartAsync(TestApp app, string to, string? flags)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/StartTraced?to=" + Uri.EscapeDataString(to));
        if (flags is not null)
        {
            request.Headers.Add("traceparent", $"00-{_trace.ToHexString()}-00f067aa0ba902b7-{flags}");
        }

        using HttpClient plain = new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = app.Address };
        using HttpResponseMessage response = await plain.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
