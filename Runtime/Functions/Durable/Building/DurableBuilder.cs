using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Durable.Building;

/// <summary>The one builder of both.</summary>
internal sealed record DurableBuilder(string Name, IServiceCollection Services) : IDurableTaskClientBuilder, IDurableTaskWorkerBuilder;
