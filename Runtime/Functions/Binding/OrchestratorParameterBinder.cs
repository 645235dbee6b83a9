using System.Reflection;
using System.Text.Json;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Orchestrators take their context and, as a further parameter, their input.</summary>
internal sealed class OrchestratorParameterBinder(
    DiscoveredFunction function, Func<Type, bool> isService, ParameterFaults faults) : ParameterBinder
{
    private bool _hasInput;

    public override string TriggerType => "orchestrationTrigger";

    public override Argument? BindTrigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskOrchestrationContext)
            ? Argument.At(parameter.Name!, static call => ((OrchestrationInvocation)call).Orchestration)
            : faults.Add(parameter, "has [OrchestrationTrigger], which fills only parameters of type TaskOrchestrationContext. Change its type, and take the input as a further parameter.");

    public override bool TryBind(ParameterInfo parameter, out Argument? argument)
    {
        argument = null;
        if (isService(parameter.ParameterType))
        {
            return false;
        }

        argument = _hasInput
            ? faults.Add(parameter, "is a second input. An orchestrator has one: put both into one type.")
            : (Argument)Activator.CreateInstance(
                typeof(Input<>).MakeGenericType(parameter.ParameterType), parameter.Name, function.Name)!;
        _hasInput = true;
        return true;
    }

    private sealed class Input<T> : Argument
    {
        private readonly string _function;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Input(string name, string function)
        {
            Name = name;
            _function = function;
        }

        public override ValueTask<object?> MakeAsync(Call call)
        {
            try
            {
                return new(((OrchestrationInvocation)call).Orchestration.GetInput<T>());
            }
            catch (Exception exception) when (exception is JsonException or NotSupportedException)
            {
                throw new FunctionInputConverterException(
                    $"The input of orchestrator '{_function}' does not fit parameter '{Name}' of type {typeof(T)}: {exception.Message}", exception);
            }
        }
    }
}
