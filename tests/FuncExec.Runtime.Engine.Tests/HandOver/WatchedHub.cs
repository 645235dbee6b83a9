using System.Reflection;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine.Tests.HandOver;

/// <summary>A hub whose calls a test may delay, refuse or answer otherwise. Public because a proxy type must be.</summary>
public class WatchedHub : DispatchProxy
{
    private static readonly BindingFlags Private = BindingFlags.NonPublic | BindingFlags.Instance;
    private IHub _inner = null!;
    private Around _around = null!;

    /// <summary>What stands around each call: its name, its arguments, and the call itself.</summary>
    public delegate Task<object?> Around(string method, object?[] arguments, Func<Task<object?>> call);

    public static IHub Over(IHub inner, Around around)
    {
        IHub proxy = Create<IHub, WatchedHub>();
        ((WatchedHub)(object)proxy)._inner = inner;
        ((WatchedHub)(object)proxy)._around = around;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Type result = targetMethod!.ReturnType;
        if (!result.IsGenericType)
        {
            return targetMethod.Invoke(_inner, args);
        }

        string through = result.GetGenericTypeDefinition() == typeof(ValueTask<>) ? nameof(CallValue) : nameof(CallAsync);
        return typeof(WatchedHub).GetMethod(through, Private)!
            .MakeGenericMethod(result.GetGenericArguments()[0]).Invoke(this, [targetMethod, args]);
    }

    private async Task<T> CallAsync<T>(MethodInfo method, object?[] arguments) =>
        (T)(await _around(method.Name, arguments, async () => await (Task<T>)method.Invoke(_inner, arguments)!))!;

    private ValueTask<T> CallValue<T>(MethodInfo method, object?[] arguments)
    {
        return new ValueTask<T>(WatchedAsync());

        async Task<T> WatchedAsync() =>
            (T)(await _around(method.Name, arguments, async () => await (ValueTask<T>)method.Invoke(_inner, arguments)!))!;
    }
}
