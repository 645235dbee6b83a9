using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The serializer that is taken when the app sets none.</summary>
internal sealed class WorkerSerializer(JsonSerializerOptions options) : JsonObjectSerializer(options)
{
    /// <summary>How it reads and writes.</summary>
    public JsonSerializerOptions Options { get; } = options;

    /// <summary>The app's serializer.</summary>
    public static ObjectSerializer Of(FunctionContext context) =>
        context.InstanceServices.GetService<IOptions<WorkerOptions>>()?.Value.Serializer
        ?? throw new InvalidOperationException("A serializer is not configured for the worker.");

    /// <summary>What orchestrations store by: straight to System.Text.Json when the app has no serializer of its own.</summary>
    public static DataConverter Converter(WorkerOptions options) => options.Serializer switch
    {
        WorkerSerializer own => new JsonDataConverter(own.Options),
        null => JsonDataConverter.Default,
        ObjectSerializer other => new SerializerDataConverter(other),
    };
}
