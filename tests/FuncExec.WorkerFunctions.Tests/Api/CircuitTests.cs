using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tests.Api.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>An executor that is not healthy is out of its node's rotation until it is again.</summary>
public sealed class CircuitTests
{
    [Fact]
    public void Some_checks_in_a_row_open_and_close_and_one_alone_does_neither()
    {
        ExecutorCircuits circuits = new();
        int changes = 0;
        circuits.Changed += () => changes++;

        Observe(circuits, false, false, true, false, false);
        Assert.False(circuits.IsOpen("one"));
        Observe(circuits, false);
        Assert.True(circuits.IsOpen("one"));
        Observe(circuits, true, true, false, true, true);
        Assert.True(circuits.IsOpen("one"));
        Observe(circuits, true);

        Assert.False(circuits.IsOpen("one"));
        Assert.False(circuits.IsOpen("other"));
        Assert.Equal(2, changes);
    }

    [Fact]
    public async Task Tasks_of_a_sick_executor_wait_and_run_when_it_is_well()
    {
        Patient patient = new() { IsHealthy = false };
        ApiApp app = new(new StreamLimits(), "--HEARTBEAT_TIMEOUT_SECONDS", "2") { Add = services => services.AddSingleton<IExecutor>(patient) };
        await app.InitializeAsync();
        try
        {
            await UntilAsync(() => app.Get<ExecutorCircuits>().IsOpen("patient"));
            string id = await app.PostAsync("""{"steps":[{"name":"a","executor":"patient","payload":{}}]}""");
            JsonElement other = await app.RunAsync("""{"command":"true"}""");
            Assert.Equal("succeeded", other.GetProperty("status").GetString());
            Assert.Equal(0, patient.Runs);

            patient.IsHealthy = true;

            Assert.Equal("succeeded", (await app.EndAsync(id)).GetProperty("status").GetString());
            Assert.Equal(1, patient.Runs);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    private static void Observe(ExecutorCircuits circuits, params bool[] healthy)
    {
        foreach (bool isHealthy in healthy)
        {
            ExecutorDescription one = new("one", new ExecutorCapabilities("", ""), true, "");
            circuits.Observe([new ExecutorStatus(one, new ExecutorHealth(isHealthy, "")), new ExecutorStatus(one with { Name = "other" }, new ExecutorHealth(true, ""))]);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource limit = new(ApiApp.Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!isSo())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>An executor that is as well as the test says.</summary>
    private sealed class Patient : IExecutor
    {
        private int _runs;

        public bool IsHealthy { get; set; }

        public int Runs => Volatile.Read(ref _runs);

        public string Name => "patient";

        public ExecutorCapabilities Capabilities { get; } = new("Does nothing.", "none");

        public IReadOnlyList<PayloadMistake> Validate(JsonElement payload) => [];

        public Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));
        }

        public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new ExecutorHealth(IsHealthy, IsHealthy ? "well" : "sick"));
    }
}
