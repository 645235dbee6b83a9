using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Functions.Tests.Apps;

#pragma warning disable FXR102, FXR103, FXR104 // What is refused at start is what was compiled without these rules.

/// <summary>Classes with [DurableTask] that end the start.</summary>
public static class WrongClasses
{
    [DurableTask]
    public sealed class NoTask;

    [DurableTask]
    public abstract class Abstract : TaskEntity<int>;

    [DurableTask]
    public class Generic<T> : TaskEntity<T>;

    /// <summary>A class that only its own class sees.</summary>
    public static Type HiddenType => typeof(Hidden);

    [DurableTask]
    private sealed class Hidden : TaskEntity<int>;
}
