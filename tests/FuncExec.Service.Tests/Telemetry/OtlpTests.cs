using System.Net;
using System.Net.Sockets;
using System.Text;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Telemetry;

/// <summary>What a service sends by OTLP, over HTTP with protobuf, to a collector of the test's own.</summary>
public sealed class OtlpTests
{
    private static readonly object s_job = new { command = "true" };

    [Fact]
    public async Task Spans_figures_and_logs_reach_the_collector()
    {
        await using var collector = new Collector();
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=mine")));
        await service.StartAsync();
        Assert.Contains("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{service.ProcessId}/maps"), StringComparison.Ordinal);

        await service.Api.WaitForEndAsync((await service.Api.PostJobAsync(s_job)).GetProperty("id").GetString()!);

        await collector.UntilAsync("traces", _ => collector.SpanNames().Contains("attempt:command") && collector.SpanNames().Any(static name => name.StartsWith("orchestration:RunJob", StringComparison.Ordinal)));
        await collector.UntilAsync("metrics", static all => all.SelectMany(static sent => Protobuf.MetricNames(sent.Body)).ToHashSet().IsSupersetOf(["funcexec.task.duration", "funcexec.runtime.commit.group.size"]));
        await collector.UntilAsync("logs", static all => all.Any(static sent => Encoding.UTF8.GetString(sent.Body).Contains("FuncExec.Runtime", StringComparison.Ordinal)));
        foreach (string signal in new[] { "traces", "metrics", "logs" })
        {
            Assert.All(collector.Of(signal), static sent =>
            {
                Assert.Equal(("application/x-protobuf", "mine"), (sent.ContentType, sent.Header));
                Assert.NotEmpty(sent.Body);
            });
        }

        Assert.Contains("funcexec", Encoding.UTF8.GetString(collector.Of("traces")[0].Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_is_sent_at_the_stop()
    {
        await using var collector = new Collector();
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, Settings(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.Address + "/v1/traces"), ("OTEL_BSP_SCHEDULE_DELAY", "600000")));
        await service.StartAsync();
        await service.Api.WaitForEndAsync((await service.Api.PostJobAsync(s_job)).GetProperty("id").GetString()!);
        Assert.Empty(collector.Of("traces"));

        Assert.Equal(0, await service.StopAsync());

        Assert.Contains("attempt:command", collector.SpanNames());
        Assert.Empty(collector.Of("metrics")); // Its endpoint was not set.
    }

    [Fact]
    public async Task Collector_that_is_away_harms_nothing()
    {
        // Takes connections, and never answers: worse than nobody there.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}")));
        await service.StartAsync();

        Assert.Equal("succeeded", (await service.Api.WaitForEndAsync((await service.Api.PostJobAsync(s_job)).GetProperty("id").GetString()!)).GetProperty("status").GetString());

        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_of_OpenTelemetry_is_loaded()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data);
        await service.StartAsync();
        await service.Api.WaitForEndAsync((await service.Api.PostJobAsync(s_job)).GetProperty("id").GetString()!);

        string loaded = await File.ReadAllTextAsync($"/proc/{service.ProcessId}/maps");

        Assert.Contains("WorkerFunctions", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenTelemetry", loaded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "http://host:port")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", "grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "milliseconds")]
    public async Task Wrong_setting_ends_the_start_with_its_name(string name, string value, string allowed)
    {
        using var data = new DataDirectory();
        var settings = new Dictionary<string, string>(Settings(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"))) { [name] = value };
        await using var service = new ServiceProcess(data.Data, settings);
        service.Launch();

        Assert.NotEqual(0, await service.WaitForExitAsync());
        await Patience.UntilAsync("the end is explained", () => service.Log.Contains(name, StringComparison.Ordinal) && service.Log.Contains(allowed, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", service.Log, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Settings(params (string Name, string Value)[] own)
    {
        var settings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };
        foreach ((string name, string value) in own)
        {
            settings[name] = value;
        }

        return settings;
    }
}
