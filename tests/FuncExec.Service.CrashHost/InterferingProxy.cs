using System.Reflection;

namespace FuncExec.Service.CrashHost;

/// <summary>A store whose writes are interfered with.</summary>
public class InterferingProxy : DispatchProxy
{
    private static readonly string[] Reads = ["Get", "List", "IsDeleted", "Read", "Open", "Renew", "Materialize", "get_", "Dispose", "BeginNode", "EndNode"];

    private object _store = null!;
    private Interference _interference = null!;

    /// <summary>Puts it around a store.</summary>
    internal static T Create<T>(T store, Interference interference)
        where T : class
    {
        T proxy = Create<T, InterferingProxy>();
        InterferingProxy self = (InterferingProxy)(object)proxy;
        self._store = store;
        self._interference = interference;
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        MethodInfo method = targetMethod!;
        bool isDue = !Array.Exists(Reads, read => method.Name.StartsWith(read, StringComparison.Ordinal)) && _interference.IsDue(method.Name);
        if (isDue)
        {
            _interference.Strike("before");
        }

        object? result = method.Invoke(_store, args);
        return isDue ? Follow(method.ReturnType, (Task)result!) : result;
    }

    private object Follow(Type type, Task result) => type == typeof(Task)
        ? AwaitAsync(result, _interference)
        : typeof(InterferingProxy).GetMethod(nameof(AwaitResultAsync), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .Invoke(null, [result, _interference])!;

    private static async Task AwaitAsync(Task task, Interference interference)
    {
        await task;
        interference.Strike("after");
    }

    private static async Task<T> AwaitResultAsync<T>(Task<T> task, Interference interference)
    {
        T result = await task;
        interference.Strike("after");
        return result;
    }
}
