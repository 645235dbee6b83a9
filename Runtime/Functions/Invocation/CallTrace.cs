using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The trace that is current where the call begins.</summary>
internal sealed class CallTrace(string parent, string state) : TraceContext
{
    public override string TraceParent { get; } = parent;

    public override string TraceState { get; } = state;

    public static CallTrace Current() => new(Activity.Current?.Id ?? "", Activity.Current?.TraceStateString ?? "");
}
