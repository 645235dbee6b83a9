using System.Reflection;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Prepares the call of a function, or says what keeps it from being called.</summary>
internal sealed class FunctionBinder(BinderSettings settings, List<string> faults)
{
    private readonly IFunctionActivator? _activator = settings.Services.GetService<IFunctionActivator>();

    /// <summary>Binds a function; null when it cannot be: then the faults say why.</summary>
    public BoundFunction? Bind(DiscoveredFunction function)
    {
        int before = faults.Count;
        ParameterFaults problems = new(function, faults);
        ParameterBinder parameters = function.Kind switch
        {
            FunctionKind.Http => new HttpParameterBinder(settings, problems),
            FunctionKind.Timer => new TimerParameterBinder(settings, problems),
            FunctionKind.Entity => new EntityParameterBinder(problems),
            FunctionKind.Activity => new ActivityParameterBinder(settings, function, problems),
            _ => new OrchestratorParameterBinder(function, settings.Registered.IsService, problems),
        };
        List<Argument> arguments = [];
        List<RuntimeBinding> inputs = [];
        foreach (ParameterInfo parameter in function.Method.GetParameters())
        {
            Argument? argument = BindParameter(function, parameter, parameters, problems, inputs);
            if (argument is not null)
            {
                arguments.Add(argument);
            }
        }

        ResultReader result = ResultReader.For(function.Method.ReturnType);
        OutputProperty? output = function.Kind == FunctionKind.Http
            ? HttpOutputs.Find(result.ResultType, settings.WebModel, problems)
            : null;
        Activation? activation = function.Method.IsStatic ? null : new ActivationBinder(settings, problems).Bind(function.Method.DeclaringType!);
        if (faults.Count > before)
        {
            return null;
        }

        return new BoundFunction(function)
        {
            Arguments = arguments,
            Result = result,
            Activation = activation,
            Activator = _activator,
            HttpOutput = output,
            UsesClient = inputs.Any(static input => input.Type == "durableClient"),
            Definition = new RuntimeDefinition(function, inputs, Outputs(function, output)),
        };
    }

    private Argument? BindParameter(
        DiscoveredFunction function,
        ParameterInfo parameter,
        ParameterBinder parameters,
        ParameterFaults problems,
        List<RuntimeBinding> inputs)
    {
        Type type = parameter.ParameterType;
        string name = parameter.Name!;
        if (type.IsByRef || type.IsPointer || type.IsByRefLike)
        {
            return problems.Add(parameter, "cannot be filled: it is passed by reference or lives on the stack only. Take it by value.");
        }

        if (function.IsTrigger(parameter))
        {
            inputs.Add(RuntimeBinding.In(name, parameters.TriggerType));
            return parameters.BindTrigger(parameter);
        }

        if (type == typeof(FunctionContext))
        {
            return Argument.At(name, static call => call);
        }

        if (type == typeof(CancellationToken))
        {
            return Argument.At(name, static call => call.CancellationToken);
        }

        if (parameter.GetCustomAttribute<DurableClientAttribute>() is { } client)
        {
            inputs.Add(RuntimeBinding.In(name, "durableClient"));
            return BindClient(function, parameter, client, problems);
        }

        if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } input)
        {
            return problems.Add(parameter, $"has the input [{FunctionFinder.Short(input)}], which this runtime does not offer. Read it in the function's code.");
        }

        if (function.Kind != FunctionKind.Orchestrator && ConverterArgument.TryBind(parameter, settings) is { } converted)
        {
            return converted;
        }

        return parameters.TryBind(parameter, out Argument? argument) ? argument : RefuseOther(function, parameter, problems);
    }

    private Argument? RefuseOther(DiscoveredFunction function, ParameterInfo parameter, ParameterFaults problems)
    {
        if (parameter.ParameterType == typeof(DurableTaskClient))
        {
            return problems.Add(parameter, "has no [DurableClient] attribute. Add it.");
        }

        return settings.Registered.IsService(parameter.ParameterType)
            ? problems.Add(parameter, "is a service, and services come through the constructor. Make the method an instance method and take it there, or read it from FunctionContext.InstanceServices.")
            : problems.Add(parameter, "cannot be bound. " + (function.Kind == FunctionKind.Http
                ? "Mark it [FromBody], or name it as a route or query value and give it a simple type, or read it from the request."
                : "Remove it: an activity, orchestrator, entity or timer function has one input, a FunctionContext and a CancellationToken."));
    }

    private Argument? BindClient(
        DiscoveredFunction function, ParameterInfo parameter, DurableClientAttribute attribute, ParameterFaults problems)
    {
        if (parameter.ParameterType != typeof(DurableTaskClient))
        {
            return problems.Add(parameter, "has [DurableClient], which fills only parameters of type DurableTaskClient. Change its type.");
        }

        if (function.Kind == FunctionKind.Orchestrator)
        {
            return problems.Add(parameter, "is a client, which orchestrators cannot use: their code is replayed. Call the client in an activity.");
        }

        if (!settings.Names.TryResolve(attribute.TaskHub ?? "", out string hub, out string? missing))
        {
            return problems.Add(parameter, $"names the task hub '{attribute.TaskHub}', and there is no setting '{missing}'. Set it, or remove TaskHub.");
        }

        return hub.Length > 0 && !hub.Equals(settings.Clients.HubName, StringComparison.OrdinalIgnoreCase)
            ? problems.Add(parameter, $"names the task hub '{hub}', but the app's is '{settings.Clients.HubName}' and other hubs cannot be reached. Remove TaskHub.")
            : Argument.At(parameter.Name!, settings.Clients.For);
    }

    private static IEnumerable<RuntimeBinding> Outputs(DiscoveredFunction function, OutputProperty? output) =>
        function.Kind == FunctionKind.Http
            ? [RuntimeBinding.Out(output?.Name ?? BoundFunction.ReturnOutput, "http")]
            : [];
}
