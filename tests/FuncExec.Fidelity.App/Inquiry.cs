using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App;

/// <summary>What a fact asks with: a client, the host's address, and an id that nothing else uses.</summary>
internal sealed class Inquiry(DurableTaskClient client, Uri address)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public DurableTaskClient Client => client;

    public Uri Address => address;

    public string Id { get; } = "fact" + Guid.NewGuid().ToString("N");

    /// <summary>Starts an orchestration under <see cref="Id"/> and answers how it ended.</summary>
    public async Task<string> RunAsync(string orchestrator, object? input = null)
    {
        await StartAsync(orchestrator, input);
        return await EndAsync();
    }

    public Task<string> StartAsync(string orchestrator, object? input = null, string? id = null) =>
        client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id ?? Id));

    /// <summary>Starts one and answers when it has said <paramref name="customStatus"/>.</summary>
    public async Task StartUntilAsync(string orchestrator, string customStatus, object? input = null, string? id = null)
    {
        await StartAsync(orchestrator, input, id);
        await UntilAsync(metadata => metadata.SerializedCustomStatus == $"\"{customStatus}\"", id);
    }

    /// <summary>How it ended: its status, and its output or failure; or its status after a while.</summary>
    public async Task<string> EndAsync(string? id = null)
    {
        try
        {
            await UntilAsync(static metadata => metadata.IsCompleted, id);
        }
        catch (TimeoutException)
        {
            // What has not ended is an answer too.
        }

        return Say(await GetAsync(id));
    }

    public async Task<OrchestrationMetadata> GetAsync(string? id = null) =>
        await client.GetInstanceAsync(id ?? Id, getInputsAndOutputs: true) ?? throw new InvalidOperationException("The instance is gone.");

    /// <exception cref="TimeoutException">It did not come to that.</exception>
    public async Task UntilAsync(Func<OrchestrationMetadata, bool> isReached, string? id = null)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            OrchestrationMetadata? metadata = await client.GetInstanceAsync(id ?? Id, getInputsAndOutputs: true);
            if (metadata is not null && isReached(metadata))
            {
                return;
            }

            try
            {
                await Task.Delay(50, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The instance is {metadata?.RuntimeStatus.ToString() ?? "not there"}.");
            }
        }
    }

    /// <summary>Suspends it, so that what is sent to it meanwhile comes to it at once when <see cref="ResumeAsync"/> is called.</summary>
    public async Task SuspendAsync()
    {
        await client.SuspendInstanceAsync(Id);
        await UntilAsync(static metadata => metadata.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
    }

    public Task ResumeAsync() => client.ResumeInstanceAsync(Id);

    public string Say(OrchestrationMetadata metadata) => metadata.FailureDetails is { } failure
        ? Masked($"{metadata.RuntimeStatus}: {Say(failure)}")
        : Masked($"{metadata.RuntimeStatus}: {metadata.SerializedOutput ?? "none"}");

    public static string Say(TaskFailureDetails failure) =>
        $"{failure.ErrorType}: {failure.ErrorMessage}" + (failure.InnerFailure is { } inner ? $" <- {Say(inner)}" : "");

    /// <summary>What the call threw, or that it did not.</summary>
    public async Task<string> ThrownAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "nothing thrown";
        }
        catch (Exception exception)
        {
            return Masked($"{exception.GetType().FullName}");
        }
    }

    private string Masked(string text) => Masks.WithoutLists(Masks.WithoutStacks(text.Replace(Id, "ID", StringComparison.Ordinal)));
}
