using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>What becomes of inputs and results.</summary>
public static class ValueFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("No input, read as text", asking => asking.RunAsync("ReadsText")),
        new("No input, read as a number", asking => asking.RunAsync("ReadsNumber")),
        new("No input, read as an object", asking => asking.RunAsync("ReadsObject")),
        new("An input of another type than is read", asking => asking.RunAsync("ReadsNumber", "text")),
        new("An input with names in another case than its type's", asking => asking.RunAsync("ReadsObject", new { name = "lower", COUNT = 3 })),
        new("An input with members that its type does not have", asking => asking.RunAsync("ReadsObject", new { Name = "x", Count = 1, More = true })),
        new("An input read twice", asking => asking.RunAsync("ReadsTwice", new Named("x", 1))),
        new("No result", asking => asking.RunAsync("EndsWithoutResult")),
        new("A result that is null", asking => asking.RunAsync("EndsWithNull")),
        new("An activity without a result, called for text", asking => asking.RunAsync("CallsForText")),
        new("An activity without a result, called for a number", asking => asking.RunAsync("CallsForNumber")),
        new("An activity's null, called for a number", asking => asking.RunAsync("CallsNullForNumber")),
        new("An activity's text, called for a number: what is caught", asking => asking.RunAsync("CatchesUnreadable")),
        new("An input of another type than is read: what is caught", asking => asking.RunAsync("CatchesUnreadableInput", "text")),
        new("An activity's null argument", asking => asking.RunAsync("PassesNull")),
        new("How an object is written", asking => asking.RunAsync("WritesObject")),
        new("How enums, times, bytes and numbers are written", asking => asking.RunAsync("WritesValues")),
        new("How letters, symbols and line ends are written", asking => asking.RunAsync("WritesText")),
        new("Unicode through an activity", asking => asking.RunAsync("EchoesUnicode")),
        new("A string of 200,000 characters through an activity", asking => asking.RunAsync("EchoesLong", 200_000)),
        new("A string of 1,000,000 characters through an activity", asking => asking.RunAsync("EchoesLong", 1_000_000)),
        new("An input of 1,000,000 characters", asking => asking.RunAsync("MeasuresInput", new string('x', 1_000_000))),
        new("A derived type where its base is declared", asking => asking.RunAsync("PassesDerived")),
        new("A cyclic result", asking => asking.RunAsync("EndsWithCycle")),
        new("A number that is not one (NaN)", asking => asking.RunAsync("EndsWithNaN")),
    ];

    [Function("ReadsText")]
    public static Task<string> ReadsText([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult(context.GetInput<string>() ?? "null");

    [Function("ReadsNumber")]
    public static Task<int> ReadsNumber([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.GetInput<int>());

    [Function("ReadsObject")]
    public static Task<string> ReadsObject([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult(context.GetInput<Named>()?.ToString() ?? "null");

    [Function("ReadsTwice")]
    public static Task<string> ReadsTwice([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(
        $"equal: {context.GetInput<Named>() == context.GetInput<Named>()}, the same: {ReferenceEquals(context.GetInput<Named>(), context.GetInput<Named>())}");

    [Function("EndsWithoutResult")]
    public static Task EndsWithoutResultAsync([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Nothing", "x");

    [Function("EndsWithNull")]
    public static Task<string?> EndsWithNull([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult<string?>(null);

    [Function("CallsForText")]
    public static async Task<string> CallsForTextAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<string?>("Nothing", "x") ?? "null";

    [Function("CallsForNumber")]
    public static Task<int> CallsForNumberAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>("Nothing", "x");

    [Function("CallsNullForNumber")]
    public static Task<int> CallsNullForNumberAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>("Echo", input: null);

    [Function("CatchesUnreadable")]
    public static async Task<string> CatchesUnreadableAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return $"{await context.CallActivityAsync<int>("Echo", "text")}";
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }

    [Function("CatchesUnreadableInput")]
    public static Task<string> CatchesUnreadableInput([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return Task.FromResult($"{context.GetInput<int>()}");
        }
        catch (Exception exception)
        {
            return Task.FromResult(exception.GetType().FullName!);
        }
    }

    [Function("PassesNull")]
    public static async Task<string> PassesNullAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<string?>("Echo", input: null) ?? "null";

    [Function("WritesObject")]
    public static Task<Named> WritesObject([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(new Named("x", 1));

    [Function("WritesValues")]
    public static Task<object[]> WritesValues([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(new object[]
    {
        DayOfWeek.Friday,
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        TimeSpan.FromMinutes(90),
        new byte[] { 1, 2, 255 },
        1.0,
        0.1m,
        long.MaxValue,
        'c',
        Guid.Empty,
        new Uri("http://example.org/ä"),
    });

    [Function("WritesText")]
    public static Task<string> WritesText([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult("<a href='x'>\"&+é€𝄞\r\n\t\u0001\u2028");

    [Function("EchoesUnicode")]
    public static async Task<bool> EchoesUnicodeAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        const string Text = "aé€𝄞\u0001\u2028\uFFFD";
        return await context.CallActivityAsync<string?>("Echo", Text) == Text;
    }

    [Function("EchoesLong")]
    public static async Task<int> EchoesLongAsync([OrchestrationTrigger] TaskOrchestrationContext context, int length) =>
        (await context.CallActivityAsync<string?>("Echo", new string('x', length)))!.Length;

    [Function("MeasuresInput")]
    public static Task<int> MeasuresInput([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult(context.GetInput<string>()!.Length);

    [Function("PassesDerived")]
    public static Task<string> PassesDerivedAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>("NamesType", new DerivedShape { Name = "x", Sides = 3 });

    [Function("NamesType")]
    public static string NamesType([ActivityTrigger] Shape shape) => $"{shape.GetType().Name} {shape.Name}";

    [Function("EndsWithCycle")]
    public static Task<Knot> EndsWithCycle([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var knot = new Knot();
        knot.Itself = knot;
        return Task.FromResult(knot);
    }

    [Function("EndsWithNaN")]
    public static Task<double> EndsWithNaN([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(double.NaN);
}

public sealed record Named(string? Name, int Count);

public class Shape
{
    public string? Name { get; set; }
}

public sealed class DerivedShape : Shape
{
    public int Sides { get; set; }
}

public sealed class Knot
{
    public Knot? Itself { get; set; }
}
