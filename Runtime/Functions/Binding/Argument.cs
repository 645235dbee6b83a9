using FuncExec.Runtime.Functions.Invocation;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Makes the value of one parameter for a call.</summary>
internal abstract class Argument
{
    /// <summary>The parameter's name.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the value.</summary>
    /// <exception cref="RequestRefusedException">What the caller sent does not fit.</exception>
    public abstract ValueTask<object?> MakeAsync(Call call);

    /// <summary>An argument that is at hand.</summary>
    public static Argument At(string name, Func<Call, object?> make) => new Ready(make) { Name = name };

    private sealed class Ready(Func<Call, object?> make) : Argument
    {
        public override ValueTask<object?> MakeAsync(Call call) => new(make(call));
    }
}
