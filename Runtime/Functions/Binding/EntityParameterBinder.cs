using System.Reflection;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Entities take what dispatches their operations.</summary>
internal sealed class EntityParameterBinder(ParameterFaults faults) : ParameterBinder
{
    public override string TriggerType => "entityTrigger";

    public override Argument? BindTrigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskEntityDispatcher)
            ? Argument.At(parameter.Name!, static call => ((EntityInvocation)call).Dispatcher)
            : faults.Add(parameter, "has [EntityTrigger], which fills only parameters of type TaskEntityDispatcher. Change its type, and dispatch to an entity or a state.");

    public override bool TryBind(ParameterInfo parameter, out Argument? argument)
    {
        argument = null;
        return false;
    }
}
