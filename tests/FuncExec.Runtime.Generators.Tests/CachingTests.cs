using FuncExec.Runtime.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FuncExec.Runtime.Generators.Tests;

/// <summary>An edit that does not change what is generated costs nothing but looking at what was edited.</summary>
public sealed class CachingTests
{
    private const string Source = """
        namespace Shop;

        [DurableTask]
        public class Order : TaskOrchestrator<int, string>
        {
            public override Task<string> RunAsync(TaskOrchestrationContext context, int input) => Task.FromResult("one");
        }
        """;

    [Fact]
    public void Another_file_reads_nothing_again() =>
        Assert.All(
            StepsAfter(static (compilation, _) => compilation.AddSyntaxTrees(TestCompilation.Parse("public class Other;"))),
            static reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}"));

    [Fact]
    public void Another_body_writes_nothing_again() =>
        Assert.All(
            StepsAfter(static (compilation, tree) => compilation.ReplaceSyntaxTree(
                tree, TestCompilation.Parse("// Lines move.\n" + Source.Replace("one", "two", StringComparison.Ordinal)))),
            static reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}"));

    [Fact]
    public void Another_type_writes_again() =>
        Assert.Contains(
            IncrementalStepRunReason.Modified,
            StepsAfter(static (compilation, tree) => compilation.ReplaceSyntaxTree(
                tree, TestCompilation.Parse(Source.Replace("int", "long", StringComparison.Ordinal)))));

    private static IReadOnlyList<IncrementalStepRunReason> StepsAfter(Func<CSharpCompilation, SyntaxTree, Compilation> edit)
    {
        CSharpCompilation before = TestCompilation.Create(Source);
        GeneratorDriver driver = TestCompilation.CreateDriver().RunGenerators(before);

        GeneratorRunResult second = driver.RunGenerators(edit(before, before.SyntaxTrees[^1])).GetRunResult().Results.Single();

        return [.. new[] { "TaskModel", "ExtensionsFile" }
            .SelectMany(name => second.TrackedSteps[name])
            .SelectMany(static step => step.Outputs)
            .Select(static output => output.Reason)];
    }
}
