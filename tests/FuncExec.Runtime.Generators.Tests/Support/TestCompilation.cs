using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FuncExec.Runtime.Generators.Tests.Support;

/// <summary>An app compiled in memory against the real runtime.</summary>
internal static class TestCompilation
{
    private const string Usings = """
        global using System;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Azure.Functions.Worker;
        global using Microsoft.DurableTask;
        global using Microsoft.DurableTask.Client;
        global using Microsoft.DurableTask.Entities;
        """;

    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is string file
                && (file.StartsWith("System.", StringComparison.Ordinal) || file.StartsWith("Microsoft.", StringComparison.Ordinal)
                    || file.StartsWith("FuncExec.Runtime.", StringComparison.Ordinal) || file is "mscorlib.dll" or "netstandard.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path))];

    public static CSharpCompilation Create(params string[] sources) => CSharpCompilation.Create(
        "App",
        [Parse(Usings), .. sources.Select(Parse)],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, s_parsing);

    public static GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new DurableTaskGenerator().AsSourceGenerator()],
        parseOptions: s_parsing,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What is generated for sources; app and generated code together compile without a warning.</summary>
    public static string Generate(params string[] sources)
    {
        GeneratorDriver driver = CreateDriver().RunGeneratorsAndUpdateCompilation(
            Create(sources), out Compilation compiled, out ImmutableArray<Diagnostic> diagnostics);

        Assert.Empty(diagnostics);
        Assert.Empty(compiled.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !IsUndocumentedSource(diagnostic)));
        return driver.GetRunResult().GeneratedTrees.SingleOrDefault()?.ToString() ?? "";
    }

    // The tests' sources need no documentation; generated code has to get along without.
    private static bool IsUndocumentedSource(Diagnostic diagnostic) =>
        diagnostic.Id == "CS1591" && diagnostic.Location.SourceTree!.FilePath.Length == 0;

    /// <summary>What is said of sources, as <c>id: message</c>, in the order of ids and messages; the rest compiles.</summary>
    public static async Task<IReadOnlyList<string>> AnalyzeAsync(params string[] sources)
    {
        CreateDriver().RunGeneratorsAndUpdateCompilation(Create(sources), out Compilation compiled, out _);
        Assert.Empty(compiled.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        ImmutableArray<Diagnostic> found = await compiled.WithAnalyzers([new DurableTaskAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.All(found, static diagnostic => Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity));
        Assert.All(found, static diagnostic => Assert.True(diagnostic.Location.IsInSource));
        return [.. found.Select(static diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage()}").Order(StringComparer.Ordinal)];
    }
}
