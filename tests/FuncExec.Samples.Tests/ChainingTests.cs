using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class ChainingTests() : SampleTest("Chaining")
{
    [Fact]
    public async Task An_order_goes_through_all_steps()
    {
        await using SampleApp app = await StartAsync();

        JsonElement status = await app.EndAsync(await app.StartInstanceAsync("/api/orders", new { item = "tea", quantity = 10 }));

        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        JsonElement receipt = status.GetProperty("output");
        Assert.Equal(37.8m, receipt.GetProperty("Total").GetDecimal());
        Assert.Equal("INV-" + status.GetProperty("instanceId").GetString(), receipt.GetProperty("Number").GetString());
    }

    [Fact]
    public async Task A_failed_step_fails_the_order()
    {
        await using SampleApp app = await StartAsync();

        JsonElement status = await app.EndAsync(await app.StartInstanceAsync("/api/orders", new { item = "milk", quantity = 1 }));

        Assert.Equal("Failed", status.GetProperty("runtimeStatus").GetString());
        Assert.Contains("There is no 'milk'.", status.GetProperty("output").ToString(), StringComparison.Ordinal);
    }
}
