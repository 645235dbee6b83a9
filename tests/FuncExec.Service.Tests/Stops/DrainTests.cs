using System.Diagnostics;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Stops;

/// <summary>A process that is told to end lets its commands end, as long as it may; told again, it does not wait.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private readonly DataDirectory _data = new();
    private readonly Gate _gate;

    public DrainTests() => _gate = new Gate(_data);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _gate.Dispose();
        _data.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Command_that_ends_within_the_drain_counts_and_is_not_run_again()
    {
        await using ServiceProcess service = Make(new() { ["FuncExec__DrainTimeout"] = "1h" });
        await service.StartAsync();
        string id = await _gate.PostAsync(service.Api);

        await SignalAsync(service.ProcessId);
        await Patience.UntilAsync("it drains", () => service.Log.Contains("This node drains", StringComparison.Ordinal));
        Assert.Single(_gate.Living);
        _gate.Open();

        Assert.Equal(0, await service.WaitForExitAsync());
        await using ServiceProcess next = Make([]);
        await next.StartAsync();
        Assert.Equal("succeeded", (await next.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        JsonElement task = await next.Api.ReadAsync($"/api/jobs/{id}/tasks/main/0");
        Assert.Equal(1, task.GetProperty("attempts").GetArrayLength());
    }

    [Fact]
    public async Task Second_signal_ends_at_once_and_gives_back_what_ran()
    {
        await using ServiceProcess service = Make(new() { ["FuncExec__DrainTimeout"] = "1h", ["FuncExec__KillGrace"] = "500ms" });
        await service.StartAsync();
        string id = await _gate.PostAsync(service.Api);

        await SignalAsync(service.ProcessId);
        await Patience.UntilAsync("it drains", () => service.Log.Contains("This node drains", StringComparison.Ordinal));
        await SignalAsync(service.ProcessId);

        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.Empty(_gate.Living);
        await using ServiceProcess next = Make([]);
        await next.StartAsync();
        await Patience.UntilAsync("the command runs again", () => _gate.Living.Count > 0);
        _gate.Open();
        Assert.Equal("succeeded", (await next.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        JsonElement task = await next.Api.ReadAsync($"/api/jobs/{id}/tasks/main/0");
        Assert.Equal(1, task.GetProperty("attempt").GetInt32()); // It used up no attempt.
    }

    [Theory]
    [InlineData("300ms")]
    [InlineData("100ms")] // The start alone takes longer.
    public async Task Worker_that_finds_nothing_ends_with_0(string time)
    {
        await using ServiceProcess service = Make(new() { ["FuncExec__Role"] = "worker", ["FuncExec__ExitWhenIdle"] = time });

        service.Launch();

        Assert.Equal(0, await service.WaitForExitAsync());
    }

    [Fact]
    public async Task Service_that_is_told_to_end_as_it_starts_ends_with_0()
    {
        await using ServiceProcess service = Make([]);
        service.Launch();
        await Patience.UntilAsync("it has begun to start", () => File.Exists(Path.Combine(_data.Data, "node")));

        await SignalAsync(service.ProcessId);

        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.DoesNotContain("Unhandled", service.Log, StringComparison.Ordinal);
    }

    private ServiceProcess Make(Dictionary<string, string> settings) => new(_data.Data, settings);

    private static async Task SignalAsync(int process)
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{process}"]);
        await kill.WaitForExitAsync();
    }
}
