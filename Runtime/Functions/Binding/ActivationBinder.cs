using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Chooses the constructor of a class of functions and checks that its services are registered.</summary>
internal sealed class ActivationBinder(BinderSettings settings, ParameterFaults faults)
{
    /// <summary>Binds the constructor; null when none can be called, and the fault is said.</summary>
    public Activation? Bind(Type type)
    {
        ConstructorInfo[] constructors = type.GetConstructors();
        ConstructorInfo? chosen =
            constructors.FirstOrDefault(static constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.OrderByDescending(static constructor => constructor.GetParameters().Length)
                .FirstOrDefault(constructor => Missing(constructor) is null)
            ?? constructors.OrderByDescending(static constructor => constructor.GetParameters().Length).FirstOrDefault();
        if (chosen is null)
        {
            if (type.IsValueType)
            {
                return new Activation(type, [], _ => Activator.CreateInstance(type)!);
            }

            faults.Add($"cannot be called: {type} has no public constructor. Give it one, or make the method static.");
            return null;
        }

        if (settings.Services.GetService<IFunctionActivator>() is null && Missing(chosen) is { } missing)
        {
            faults.Add($"cannot be called: the constructor of {type.Name} takes '{missing.Name}' of type {ParameterFaults.Spell(missing.ParameterType)}, and no such service is registered. Register it with builder.Services.");
            return null;
        }

        return new Activation(type, [.. chosen.GetParameters().Select(Slot)], MethodCaller.Compile(chosen));
    }

    private ParameterInfo? Missing(ConstructorInfo constructor) => constructor.GetParameters().FirstOrDefault(parameter =>
        !parameter.HasDefaultValue && (Key(parameter) is { } key
            ? settings.Registered is IServiceProviderIsKeyedService keyed && !keyed.IsKeyedService(parameter.ParameterType, key)
            : !settings.Registered.IsService(parameter.ParameterType)));

    private static ServiceSlot Slot(ParameterInfo parameter) => new(
        parameter.ParameterType, Key(parameter), parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null);

    private static object? Key(ParameterInfo parameter) => parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
}
