using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Nodes;

/// <summary>A node is known by its name, and lives in one data directory.</summary>
public sealed class NameTests : NodesTests
{
    [Fact]
    public async Task Second_of_a_name_is_refused_while_the_first_lives_in_another_directory()
    {
        ServiceProcess first = await StartAsync("twin");
        ServiceProcess second = Make("twin", "elsewhere");

        second.Launch();

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("A node named 'twin' lives already", second.Log, StringComparison.Ordinal);
        Assert.Contains("WORKER_ID", second.Log, StringComparison.Ordinal);
        await RunsAsync(first);
    }

    [Fact]
    public async Task One_that_has_died_without_a_word_is_waited_for()
    {
        ServiceProcess first = await StartAsync("twin");
        await first.KillAsync();
        ServiceProcess second = Make("twin", "elsewhere");

        await second.StartAsync();

        await RunsAsync(second);
    }

    [Fact]
    public async Task Second_in_a_directory_is_refused_whatever_its_name()
    {
        ServiceProcess first = await StartAsync("one");
        ServiceProcess second = Make("two", "one");

        second.Launch();

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("is in use by another process", second.Log, StringComparison.Ordinal);
        await RunsAsync(first);
    }

    [Fact]
    public async Task Restart_in_its_directory_goes_on_at_once_whatever_is_left_of_its_lease()
    {
        using var gate = new Gate(Data);
        ServiceProcess first = await StartAsync("one", ("HEARTBEAT_TIMEOUT_SECONDS", "600"));
        string id = await gate.PostAsync(first.Api);
        LivingProcess before = Assert.Single(gate.Living);
        await first.KillAsync();

        await first.StartAsync();

        await Patience.UntilAsync("the command runs again", () => gate.Living.Exists(process => process.Id != before.Id));
        await Patience.UntilAsync("the earlier one is gone", () => ProcessTable.Read(before.Id) is null);
        gate.Open();
        Assert.Equal("succeeded", (await first.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
    }

    private static async Task RunsAsync(ServiceProcess node)
    {
        JsonElement job = await node.Api.PostJobAsync(new { command = "true" });
        Assert.Equal("succeeded", (await node.Api.WaitForEndAsync(job.GetProperty("id").GetString()!)).GetProperty("status").GetString());
    }
}
