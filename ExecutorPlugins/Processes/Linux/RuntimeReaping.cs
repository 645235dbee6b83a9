using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// As process 1 the runtime, once <see cref="Process"/> has been used, reaps every child as soon as it has ended, and so
/// throws the exit codes of ours away. Here it is told to reap its own only; the loop reaps all others. There is no
/// public way: where these names are no longer there, nothing is changed, and a lost exit code is reported as such.
/// </summary>
internal static unsafe partial class RuntimeReaping
{
    private static delegate* unmanaged<int, int, int> _reapKnown;

    /// <summary>Restrains it for the rest of the process's life; false when it cannot be.</summary>
    public static bool TryRestrain()
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Static;
        MethodInfo? initialize = typeof(Process).GetMethod("EnsureInitialized", hidden, []);
        MethodInfo? handler = typeof(Process).GetMethod("OnSigChild", hidden, [typeof(int), typeof(int)]);
        if (initialize is null || handler?.GetCustomAttribute<UnmanagedCallersOnlyAttribute>() is null
            || !NativeLibrary.TryLoad("libSystem.Native", typeof(object).Assembly, null, out nint library)
            || !NativeLibrary.TryGetExport(library, "SystemNative_RegisterForSigChld", out nint register))
        {
            return false;
        }

        // Its own registration is made once, and first.
        initialize.Invoke(null, null);
        _reapKnown = (delegate* unmanaged<int, int, int>)handler.MethodHandle.GetFunctionPointer();
        ((delegate* unmanaged<delegate* unmanaged<int, int, int>, void>)register)(&OnChild);
        return true;
    }

    [UnmanagedCallersOnly]
    private static int OnChild(int reapAll, int configureConsole) => _reapKnown(0, configureConsole);
}
