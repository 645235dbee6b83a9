using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Durable.Http;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Functions.Settings;
using FuncExec.Runtime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Hands the app's orchestrators, activities and entities to the engine.</summary>
internal sealed class DurableRegistrations(
    IServiceProvider services, WorkerBuilder worker, DataConverter converter, NameResolver names, TimeLimit limit)
{
    private readonly FunctionExecutionDelegate _pipeline = worker.Build(static context => Call.Of(context).ExecuteAsync());

    /// <summary>Fills a registry.</summary>
    /// <exception cref="FunctionsStartException">Two functions have one name: all faults.</exception>
    public TaskRegistry Fill(IEnumerable<BoundFunction> functions)
    {
        DurableHttpActivity http = services.GetRequiredService<DurableHttpActivity>();
        TaskRegistry registry = new TaskRegistry().Add(new ActivityRegistration
        {
            Name = DurableHttpCall.Activity,
            Run = (call, cancellationToken) => http.RunAsync(call, converter, cancellationToken),
        });
        List<string> faults = [];
        foreach (BoundFunction function in functions)
        {
            try
            {
                Add(registry, function, faults);
            }
            catch (ArgumentException)
            {
                faults.Add($"Function '{function.Name}' ({function.Source.EntryPoint}) has a name in its trigger that another function has. Names are unique, whatever their casing: change one.");
            }
        }

        return faults.Count == 0 ? registry : throw new FunctionsStartException(faults);
    }

    private void Add(TaskRegistry registry, BoundFunction function, List<string> faults)
    {
        string? given = function.Source.Trigger switch
        {
            OrchestrationTriggerAttribute orchestration => orchestration.Orchestration,
            ActivityTriggerAttribute activity => activity.Activity,
            EntityTriggerAttribute entity => entity.EntityName,
            _ => null,
        };
        if (!names.TryResolve(given ?? function.Name, out string name, out string? missing))
        {
            faults.Add($"Function '{function.Name}' ({function.Source.EntryPoint}) has '{given}' in its trigger, and there is no setting '{missing}'. Set it, or write the name.");
        }
        else if (function.Source.Kind == FunctionKind.Orchestrator)
        {
            registry.Add(new OrchestratorRegistration
            {
                Name = name,
                Run = context => function.InvokeInPlaceAsync(InvocationOf(function, context)),
                AroundTurn = worker.HasMiddleware ? (context, turn) => InvocationOf(function, context).RunTurnAsync(turn, _pipeline) : null,
            });
        }
        else if (function.Source.Kind == FunctionKind.Activity)
        {
            registry.Add(new ActivityRegistration
            {
                Name = name,
                Run = (call, cancellationToken) => RunAsync(function, call, cancellationToken),
            });
        }
        else if (function.Source.Kind == FunctionKind.Entity)
        {
            registry.Add(new EntityRegistration { Name = name, Run = batch => RunAsync(function, batch) });
        }
    }

    private async Task RunAsync(BoundFunction function, EntityBatch batch)
    {
        EntityInvocation call = new(function, services, batch);
        await using (call.ConfigureAwait(false))
        {
            await _pipeline(call).ConfigureAwait(false);
        }
    }

    private OrchestrationInvocation InvocationOf(BoundFunction function, TaskOrchestrationContext context) =>
        OrchestrationInvocation.Of(function, services, context);

    private async ValueTask<string?> RunAsync(BoundFunction function, ActivityCall activity, CancellationToken cancellationToken)
    {
        string? result = null;
        await limit.RunAsync(
            function.Name,
            async token =>
            {
                ActivityInvocation call = new(function, services, activity, token);
                await using (call.ConfigureAwait(false))
                {
                    await _pipeline(call).ConfigureAwait(false);
                    result = converter.Serialize(call.Result);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return result;
    }
}
