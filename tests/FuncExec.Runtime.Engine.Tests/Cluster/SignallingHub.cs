using System.Reflection;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A hub and its signals, for a proxy.</summary>
public interface ISignallingHub : IHub, IHubSignals;

/// <summary>A hub whose listeners a test takes for itself. Public because a proxy type must be.</summary>
public class SignallingHub : DispatchProxy
{
    private IHub _inner = null!;
    private Func<IHubListener, CancellationToken, Task<IAsyncDisposable>> _listen = null!;

    public static IHub Over(IHub inner, Func<IHubListener, CancellationToken, Task<IAsyncDisposable>> listen)
    {
        ISignallingHub proxy = Create<ISignallingHub, SignallingHub>();
        ((SignallingHub)(object)proxy)._inner = inner;
        ((SignallingHub)(object)proxy)._listen = listen;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IHubSignals.ListenAsync)
        ? _listen((IHubListener)args![0]!, (CancellationToken)args[1]!)
        : targetMethod.Invoke(_inner, args);
}
