using System.Reflection;
using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Activities take their input, and the id of the orchestration as a <c>string instanceId</c>.</summary>
internal sealed class ActivityParameterBinder(BinderSettings settings, DiscoveredFunction function, ParameterFaults faults) : ParameterBinder
{
    public override string TriggerType => "activityTrigger";

    public override Argument? BindTrigger(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(TaskActivityContext))
        {
            return faults.Add(parameter, "has [ActivityTrigger], which fills it with the activity's input. Take the input; the instance's id comes as 'string instanceId'.");
        }

        if (type == typeof(FunctionContext))
        {
            return Argument.At(parameter.Name!, static call => call);
        }

        DataConverter converter = settings.Converter;
        object? absent = type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;
        return Argument.At(parameter.Name!, call => Read((ActivityInvocation)call, converter, type, parameter.Name!, absent));
    }

    public override bool TryBind(ParameterInfo parameter, out Argument? argument)
    {
        argument = parameter.ParameterType == typeof(string) && parameter.Name == "instanceId"
            ? Argument.At(parameter.Name, static call => ((ActivityInvocation)call).Activity.InstanceId)
            : null;
        return argument is not null;
    }

    private object? Read(ActivityInvocation call, DataConverter converter, Type type, string parameter, object? absent)
    {
        if (call.Activity.Input is null)
        {
            return absent;
        }

        try
        {
            return converter.Deserialize(call.Activity.Input, type) ?? absent;
        }
        catch (Exception exception) // The app's serializer: whatever it throws says that the input does not fit.
        {
            throw new FunctionInputConverterException(
                $"The input of activity '{function.Name}' does not fit parameter '{parameter}' of type {type}: {exception.Message}", exception);
        }
    }
}
