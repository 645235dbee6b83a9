using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Fidelity.App;

/// <summary>Activities that the facts share.</summary>
public static class Work
{
    private static readonly ConcurrentDictionary<string, int> s_calls = new();

    [Function("Echo")]
    public static string? Echo([ActivityTrigger] string? value) => value;

    [Function("Nothing")]
    public static void Nothing([ActivityTrigger] string? value)
    {
    }

    [Function("Throw")]
    public static string Throw([ActivityTrigger] string what) => throw what switch
    {
        "inner" => new InvalidOperationException("outer", new ArgumentException("inner")),
        "cancelled" => new OperationCanceledException("cancelled"),
        "unserializable" => new UnserializableException(),
        "null" => new Exception(null),
        _ => new InvalidOperationException(what),
    };

    /// <summary>Counts the calls under a name and fails until the count is reached.</summary>
    [Function("FailUntil")]
    public static int FailUntil([ActivityTrigger] FailUntilInput input)
    {
        int calls = s_calls.AddOrUpdate(input.Name, 1, static (_, count) => count + 1);
        return calls >= input.Calls ? calls : throw new InvalidOperationException($"call {calls}");
    }

    [Function("Calls")]
    public static int Calls([ActivityTrigger] string name) => s_calls.GetValueOrDefault(name);
}

public sealed record FailUntilInput(string Name, int Calls);

public sealed class UnserializableException() : Exception("unserializable")
{
    public IntPtr Handle { get; } = 1;

    public UnserializableException Itself => this;
}
