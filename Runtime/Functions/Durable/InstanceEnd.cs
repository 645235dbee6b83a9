using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Durable;

/// <summary>Waits for the end of an instance on behalf of a caller over HTTP, and tells it.</summary>
internal static class InstanceEnd
{
    /// <summary>Waits for the end, also of an instance that is not there yet.</summary>
    /// <param name="client">Where it is. Another one than this runtime's, such as a test's, is asked every <paramref name="interval"/>.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="interval">How often it is looked for.</param>
    /// <param name="getInputsAndOutputs">Whether its payloads are read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<OrchestrationMetadata> WaitAsync(
        DurableTaskClient client, string instanceId, TimeSpan interval, bool getInputsAndOutputs, CancellationToken cancellationToken)
    {
        while (true)
        {
            OrchestrationMetadata? found = await client.GetInstanceAsync(instanceId, getInputsAndOutputs, CancellationToken.None).ConfigureAwait(false);
            if (found is { IsCompleted: true })
            {
                return found;
            }

            if (found is null || client is not FunctionsDurableTaskClient)
            {
                await Task.Delay(interval, cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                return await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidOperationException)
            {
                // Purged meanwhile: it may be started again.
            }
        }
    }

    /// <summary>What is told of it, under the names of the official platform.</summary>
    public static object Describe(OrchestrationMetadata end) => new
    {
        end.Name,
        end.InstanceId,
        end.CreatedAt,
        end.LastUpdatedAt,
        RuntimeStatus = end.RuntimeStatus.ToString(),
        end.SerializedInput,
        end.SerializedOutput,
        end.SerializedCustomStatus,
    };
}
