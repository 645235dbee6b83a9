using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Makes the object that an instance method is called on, with its constructor's services.</summary>
/// <param name="type">The class.</param>
/// <param name="services">What the constructor takes, in order.</param>
/// <param name="construct">The compiled constructor.</param>
internal sealed class Activation(Type type, IReadOnlyList<ServiceSlot> services, Func<object?[], object> construct)
{
    /// <summary>Makes the object for one call.</summary>
    public object Create(Call call, IFunctionActivator? activator)
    {
        if (activator is not null)
        {
            return activator.CreateInstance(type, call)
                ?? throw new InvalidOperationException($"{activator.GetType()} made no object of {type}.");
        }

        if (services.Count == 0)
        {
            return construct([]);
        }

        object?[] arguments = new object?[services.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = services[i].Resolve(call.InstanceServices);
        }

        return construct(arguments);
    }
}

/// <summary>One parameter of a constructor.</summary>
internal sealed record ServiceSlot(Type Type, object? Key, bool HasDefault, object? Default)
{
    /// <summary>Finds the service, or the parameter's default.</summary>
    public object? Resolve(IServiceProvider services)
    {
        object? service = Key is null ? services.GetService(Type) : ((IKeyedServiceProvider)services).GetKeyedService(Type, Key);
        return service ?? (HasDefault
            ? Default
            : throw new InvalidOperationException($"No service of type {Type} is registered."));
    }
}
