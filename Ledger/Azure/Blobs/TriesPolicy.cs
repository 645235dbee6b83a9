using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>Counts how often a request was sent: after the first time an earlier try may have been done, its answer lost.</summary>
internal sealed class TriesPolicy : HttpPipelineSynchronousPolicy
{
    private const string Key = "FuncExec.Tries";

    /// <summary>Counts the tries of requests that are made until it is disposed.</summary>
    public static IDisposable Count(StrongBox<int> tries) =>
        HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Key] = tries });

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.TryGetProperty(Key, out object? value) && value is StrongBox<int> tries)
        {
            tries.Value++;
        }
    }
}
