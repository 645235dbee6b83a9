using System.Reflection;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Timer functions take a <see cref="TimerInfo"/>, its JSON, or an app's own type that it is read into.</summary>
internal sealed class TimerParameterBinder(BinderSettings settings, ParameterFaults faults) : ParameterBinder
{
    public override string TriggerType => "timerTrigger";

    public override Argument? BindTrigger(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string name = parameter.Name!;
        if (type == typeof(TimerInfo))
        {
            return Argument.At(name, static call => ((TimerInvocation)call).Info);
        }

        if (type == typeof(FunctionContext))
        {
            return Argument.At(name, static call => call);
        }

        if (type == typeof(string) || type == typeof(object))
        {
            return Argument.At(name, static call => ((TimerInvocation)call).Json());
        }

        return type.IsInterface || type.IsAbstract || type.IsValueType
            ? faults.Add(parameter, "has [TimerTrigger], which cannot fill it. Take TimerInfo.")
            : Argument.At(name, call => settings.Worker.Serializer!.Deserialize(
                new MemoryStream(System.Text.Encoding.UTF8.GetBytes(((TimerInvocation)call).Json())), type, call.CancellationToken));
    }

    public override bool TryBind(ParameterInfo parameter, out Argument? argument)
    {
        argument = null;
        return false;
    }
}
