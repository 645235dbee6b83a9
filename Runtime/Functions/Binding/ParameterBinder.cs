using System.Reflection;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Binds the parameters that are particular to one kind of functions.</summary>
internal abstract class ParameterBinder
{
    /// <summary>The trigger's name in metadata.</summary>
    public abstract string TriggerType { get; }

    /// <summary>Binds the trigger's parameter; null when it cannot be, and the fault is said.</summary>
    public abstract Argument? BindTrigger(ParameterInfo parameter);

    /// <summary>Binds another parameter. False when it is none of this kind's; true with null when a fault was said.</summary>
    public abstract bool TryBind(ParameterInfo parameter, out Argument? argument);
}
