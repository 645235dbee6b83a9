using System.Text.Json.Serialization;

namespace FuncExec.Runtime.Engine.Tests.Programs;

/// <summary>
/// One step of a random orchestration. Each has a value, or fails with a message, whatever the order in which things
/// happen around it: every run of a program must end the same.
/// </summary>
[JsonDerivedType(typeof(Call), "call")]
[JsonDerivedType(typeof(FailingCall), "failingCall")]
[JsonDerivedType(typeof(RetriedCall), "retriedCall")]
[JsonDerivedType(typeof(ForgottenCall), "forgottenCall")]
[JsonDerivedType(typeof(Sleep), "sleep")]
[JsonDerivedType(typeof(CancelledSleep), "cancelledSleep")]
[JsonDerivedType(typeof(Receive), "receive")]
[JsonDerivedType(typeof(ReceiveInTime), "receiveInTime")]
[JsonDerivedType(typeof(ReceiveTooLate), "receiveTooLate")]
[JsonDerivedType(typeof(SendToSelf), "sendToSelf")]
[JsonDerivedType(typeof(Child), "child")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(First), "first")]
[JsonDerivedType(typeof(Try), "try")]
[JsonDerivedType(typeof(Show), "show")]
[JsonDerivedType(typeof(Remember), "remember")]
[JsonDerivedType(typeof(Guarded), "guarded")]
internal abstract record Step;

/// <summary>An activity that succeeds.</summary>
internal sealed record Call(long Value) : Step;

/// <summary>An activity that fails.</summary>
internal sealed record FailingCall(long Value) : Step;

/// <summary>An activity that fails <paramref name="Attempts"/> times by policy.</summary>
internal sealed record RetriedCall(long Value, int Attempts) : Step;

/// <summary>An activity that nobody waits for.</summary>
internal sealed record ForgottenCall(long Value) : Step;

/// <summary>A timer.</summary>
internal sealed record Sleep(int Milliseconds) : Step;

/// <summary>A long timer, cancelled after the inner step.</summary>
internal sealed record CancelledSleep(Step Inner) : Step;

/// <summary>An external event that the driver raises.</summary>
internal sealed record Receive(int Event) : Step;

/// <summary>An external event that the driver raises, with a timeout that never comes.</summary>
internal sealed record ReceiveInTime(int Event) : Step;

/// <summary>An external event that nobody raises, with a short timeout.</summary>
internal sealed record ReceiveTooLate(int Event) : Step;

/// <summary>An event that the instance sends to itself.</summary>
internal sealed record SendToSelf(int Event) : Step;

/// <summary>A sub-orchestration; its instance id is the parent's with <paramref name="Id"/>.</summary>
internal sealed record Child(int Id, Program Program) : Step;

/// <summary>Steps side by side.</summary>
internal sealed record All(IReadOnlyList<Step> Steps) : Step;

/// <summary>A step against a timer that is never due and an event that nobody raises.</summary>
internal sealed record First(Step Step, int Event) : Step;

/// <summary>A step whose failure is caught.</summary>
internal sealed record Try(Step Step) : Step;

/// <summary>Sets the custom status; only in the body of a program, where the order is certain.</summary>
internal sealed record Show(long Value) : Step;

/// <summary>An entity of the step's own is signaled, fails an operation, and is called: in this order, each once.</summary>
internal sealed record Remember(int Number, long Value) : Step;

/// <summary>
/// Entities that all programs share are locked, read and written; only in the body of a program, which may be in one section
/// at a time.
/// </summary>
internal sealed record Guarded(IReadOnlyList<int> Locks) : Step;

/// <summary>Steps one after the other, and then the next generation.</summary>
internal sealed record Program(IReadOnlyList<Step> Body, Program? Next);

/// <summary>The input of a generation: what to run, and the value so far.</summary>
internal sealed record Frame(Program Program, long Sum);

/// <summary>How values come together.</summary>
internal static class Value
{
    public static long Mix(long sum, long value) => unchecked((sum * 31) + value) % 1_000_000_007;

    public static long OfEvent(int number) => (number * 7L) + 1;

    public static string FailureOf(long value) => $"failed {value}";

    /// <summary>The value of a failure that was caught.</summary>
    public static long OfFailure(string message) => message.Aggregate(17L, static (sum, letter) => Mix(sum, letter));
}
