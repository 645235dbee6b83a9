using System.Globalization;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Telemetry;

/// <summary>What a service writes to its standard output for machines.</summary>
public sealed class JsonLogTests
{
    [Fact]
    public async Task Every_line_is_one_object_with_all_that_belongs_to_a_record()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string> { ["FuncExec__Log__Format"] = "json", ["LOG_LEVEL"] = "debug" });
        await service.StartAsync();
        await service.Api.WaitForEndAsync((await service.Api.PostJobAsync(new { command = "true" })).GetProperty("id").GetString()!);
        await service.StopAsync();

        List<JsonElement> records = [.. service.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];

        Assert.NotEmpty(records);
        Assert.All(records, static record =>
        {
            string time = record.GetProperty("time").GetString()!;
            Assert.EndsWith("Z", time, StringComparison.Ordinal);
            Assert.True(DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out _), time);
            Assert.Contains(record.GetProperty("level").GetString(), new[] { "trace", "debug", "info", "warning", "error", "critical" });
            Assert.NotEmpty(record.GetProperty("category").GetString()!);
            Assert.Equal(JsonValueKind.Number, record.GetProperty("eventId").ValueKind);
            Assert.Equal(JsonValueKind.String, record.GetProperty("message").ValueKind);
            Assert.Equal(JsonValueKind.Array, record.GetProperty("scopes").ValueKind);
        });
    }

    [Fact]
    public async Task Format_that_there_is_not_ends_the_start()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string> { ["FuncExec__Log__Format"] = "xml" });
        service.Launch();

        Assert.NotEqual(0, await service.WaitForExitAsync());
        await Patience.UntilAsync("the end is explained", () => service.Log.Contains("'FuncExec__Log__Format' is 'xml'; allowed is text or json", StringComparison.Ordinal));
    }
}
