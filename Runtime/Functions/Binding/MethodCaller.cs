using System.Reflection;
using System.Reflection.Emit;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>
/// Compiles a method or constructor into a delegate over an argument array: no reflection per call. Emitted IL rather
/// than expression trees: loading and compiling those costs tens of milliseconds of every start.
/// </summary>
internal static class MethodCaller
{
    /// <summary>Compiles a method; a void one answers null.</summary>
    public static Func<object?, object?[], object?> Compile(MethodInfo method)
    {
        DynamicMethod caller = New(method, [typeof(object), typeof(object?[])]);
        ILGenerator il = caller.GetILGenerator();
        if (!method.IsStatic)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(method.DeclaringType!.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, method.DeclaringType);
        }

        LoadArguments(il, method, OpCodes.Ldarg_1);
        il.Emit(method.IsVirtual && !method.DeclaringType!.IsValueType ? OpCodes.Callvirt : OpCodes.Call, method);
        if (method.ReturnType == typeof(void))
        {
            il.Emit(OpCodes.Ldnull);
        }
        else if (method.ReturnType.IsValueType)
        {
            il.Emit(OpCodes.Box, method.ReturnType);
        }

        il.Emit(OpCodes.Ret);
        return caller.CreateDelegate<Func<object?, object?[], object?>>();
    }

    /// <summary>Compiles a constructor.</summary>
    public static Func<object?[], object> Compile(ConstructorInfo constructor)
    {
        DynamicMethod caller = New(constructor, [typeof(object?[])]);
        ILGenerator il = caller.GetILGenerator();
        LoadArguments(il, constructor, OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, constructor);
        if (constructor.DeclaringType!.IsValueType)
        {
            il.Emit(OpCodes.Box, constructor.DeclaringType);
        }

        il.Emit(OpCodes.Ret);
        return caller.CreateDelegate<Func<object?[], object>>();
    }

    private static DynamicMethod New(MethodBase target, Type[] parameters) =>
        new($"Call_{target.DeclaringType!.Name}_{target.Name}", typeof(object), parameters, target.Module, skipVisibility: true);

    private static void LoadArguments(ILGenerator il, MethodBase target, OpCode loadArray)
    {
        ParameterInfo[] parameters = target.GetParameters();
        for (int i = 0; i < parameters.Length; i++)
        {
            il.Emit(loadArray);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            // Unbox_Any is a cast for reference types.
            il.Emit(OpCodes.Unbox_Any, parameters[i].ParameterType);
        }
    }
}
