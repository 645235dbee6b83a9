using FuncExec.Runtime.Generators.Tests.Support;

namespace FuncExec.Runtime.Generators.Tests;

/// <summary>Each wrong use is an error that names the class and the remedy, and generates nothing that does not compile.</summary>
public sealed class WrongUseTests
{
    private const string Body = "{ public override Task<int> RunAsync(TaskActivityContext context, int input) => Task.FromResult(1); }";

    [Theory]
    [InlineData("[DurableTask] public class Step;", "FXR102", "Shop.Step", "Derive it from one of them")]
    [InlineData("[DurableTask] public class Step : ITaskEntity { public ValueTask<object?> RunAsync(TaskEntityOperation operation) => default; }", "FXR102", "Shop.Step", "TaskEntity<TState>")]
    [InlineData("[DurableTask] public abstract class Step : TaskActivity<int, int>;", "FXR103", "Shop.Step", "is abstract")]
    [InlineData("[DurableTask] public class Step<T> : TaskEntity<T>;", "FXR103", "Shop.Step<T>", "is generic")]
    [InlineData("public class Outer<T> { [DurableTask] public class Step : TaskEntity<T>; }", "FXR103", "Shop.Outer<T>.Step", "ordinary class")]
    [InlineData("[DurableTask] public class Step : TaskEntity<int> { private Step() { } }", "FXR103", "Shop.Step", "has no public constructor")]
    [InlineData("public class Outer { [DurableTask] private class Step : TaskEntity<int>; }", "FXR104", "Shop.Outer.Step", "internal or public")]
    [InlineData("public class Outer { private class Middle { [DurableTask] public class Step : TaskEntity<int>; } }", "FXR104", "Shop.Outer.Middle.Step", "internal or public")]
    [InlineData("[DurableTask] file class Step : TaskEntity<int>;", "FXR104", "Shop.Step", "outside of the file")]
    [InlineData("[DurableTask(\"1st step\")] public class Step : TaskActivity<int, int> " + Body, "FXR101", "Shop.Step", "'1st step'")]
    [InlineData("[DurableTask(\"host\")] public class Step : TaskActivity<int, int> " + Body, "FXR101", "Shop.Step", "rename it")]
    [InlineData("[DurableTask] public class Schritt_für : TaskEntity<int>;", "FXR101", "Shop.Schritt_für", "write the name in the attribute")]
    [InlineData("[DurableEvent(\"a b\")] public record Sold;", "FXR101", "Shop.Sold", "'a b'")]
    [InlineData("[DurableEvent] public record Sold<T>;", "FXR103", "Shop.Sold<T>", "is generic")]
    [InlineData("public class Outer { [DurableEvent] private record Sold; }", "FXR104", "Shop.Outer.Sold", "[DurableEvent]")]
    public async Task Type(string declaration, string rule, string type, string remedy)
    {
        string said = Assert.Single(await TestCompilation.AnalyzeAsync($"namespace Shop;\n{declaration}"));

        Assert.StartsWith($"{rule}: {type} ", said, StringComparison.Ordinal);
        Assert.Contains(remedy, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_classes_of_one_name()
    {
        IReadOnlyList<string> said = await TestCompilation.AnalyzeAsync(
            $$"""
            namespace Shop;
            [DurableTask("Pay")] public class One : TaskActivity<int, int> {{Body}}
            [DurableTask("PAY")] public class Two : TaskEntity<int>;
            """);

        Assert.Equal(
            [
                "FXR105: Shop.One has the name 'Pay', which Shop.Two has too. Names are unique, whatever their casing: rename one.",
                "FXR105: Shop.Two has the name 'PAY', which Shop.One has too. Names are unique, whatever their casing: rename one.",
            ],
            said);
    }

    [Fact]
    public async Task A_class_and_a_function_of_one_name()
    {
        string said = Assert.Single(await TestCompilation.AnalyzeAsync(
            """
            namespace Shop;
            [DurableTask] public class Pay : TaskEntity<int>;
            public static class Functions
            {
                [Function("pay")]
                public static Task Start([OrchestrationTrigger] TaskOrchestrationContext context) => Task.CompletedTask;
            }
            """));

        Assert.StartsWith("FXR105: Shop.Pay has the name 'Pay', which Shop.Functions.Start has too.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_events_of_one_name_in_a_namespace() =>
        Assert.Equal(
            [
                "FXR105: Shop.Paid has the name 'Sold', which Shop.Sold has too. Names are unique, whatever their casing: rename one.",
                "FXR105: Shop.Sold has the name 'Sold', which Shop.Paid has too. Names are unique, whatever their casing: rename one.",
            ],
            await TestCompilation.AnalyzeAsync("""
                namespace Shop
                {
                    [DurableEvent] public record Sold;
                    [DurableEvent("Sold")] public record Paid;
                }

                namespace Stock
                {
                    [DurableEvent] public record Sold;
                }
                """));

    [Fact]
    public async Task Right_uses_are_not_spoken_of() =>
        Assert.Empty(await TestCompilation.AnalyzeAsync(
            $$"""
            namespace Shop;
            [DurableTask] public class Pay : TaskActivity<int, int> {{Body}}
            public abstract class Base : TaskEntity<int>;
            [DurableTask] internal sealed class Shelf : Base;
            public static class Functions
            {
                [Function("twice")] public static int One([ActivityTrigger] int input) => input;
                [Function("twice")] public static int Two([ActivityTrigger] int input) => input;
            }
            """));
}
