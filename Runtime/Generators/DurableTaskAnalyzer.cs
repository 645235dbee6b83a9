using System.Collections.Concurrent;
using System.Collections.Immutable;
using FuncExec.Runtime.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FuncExec.Runtime.Generators;

/// <summary>Says why <see cref="DurableTaskGenerator"/> generates nothing for a type.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DurableTaskAnalyzer : DiagnosticAnalyzer
{
    private const string Functions = ""; // Their names are unique in the app, those of events in a namespace.

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.Name, Rules.NoTask, Rules.Unusable, Rules.Hidden, Rules.Twice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            ConcurrentBag<Named> names = [];
            start.RegisterSymbolAction(symbol => ReadType((INamedTypeSymbol)symbol.Symbol, names, symbol.ReportDiagnostic), SymbolKind.NamedType);
            start.RegisterSymbolAction(symbol => ReadMethod((IMethodSymbol)symbol.Symbol, names), SymbolKind.Method);
            start.RegisterCompilationEndAction(end => ReportTwins(names, end.ReportDiagnostic));
        });
    }

    private static void ReadType(INamedTypeSymbol type, ConcurrentBag<Named> names, Action<Diagnostic> report)
    {
        if (Symbols.Find(type, SurfaceNames.DurableTask) is { } task)
        {
            (TaskModel? model, Fault? fault) = TaskReader.Read(type, task);
            if (model is not null)
            {
                names.Add(new Named(Functions, model.Name, type, true));
            }

            Report(fault, type, report);
        }

        if (Symbols.Find(type, SurfaceNames.DurableEvent) is { } item)
        {
            (EventModel? model, Fault? fault) = EventReader.Read(type, item);
            if (model is not null)
            {
                names.Add(new Named(model.Namespace, model.Name, type, true));
            }

            Report(fault, type, report);
        }
    }

    private static void ReadMethod(IMethodSymbol method, ConcurrentBag<Named> names)
    {
        if (Symbols.Find(method, SurfaceNames.Function) is { } function && Symbols.NameIn(function) is { } name)
        {
            names.Add(new Named(Functions, name, method, false));
        }
    }

    // Two methods of one name are the runtime's to refuse: nothing would be generated for them that takes the name.
    private static void ReportTwins(IEnumerable<Named> names, Action<Diagnostic> report)
    {
        foreach (IGrouping<(string, string), Named> group in names.GroupBy(static named => (named.Scope, named.Name.ToUpperInvariant())))
        {
            List<Named> twins = [.. group.OrderBy(static named => named.Symbol.ToDisplayString(), StringComparer.Ordinal)];
            foreach (Named named in twins.Where(named => named.IsGenerated && twins.Count > 1))
            {
                Named other = twins.First(twin => twin != named);
                Report(new Fault(Rules.Twice, Spell(named.Symbol), named.Name, Spell(other.Symbol)), named.Symbol, report);
            }
        }
    }

    private static string Spell(ISymbol symbol) =>
        symbol is IMethodSymbol method ? $"{method.ContainingType.ToDisplayString()}.{method.Name}" : symbol.ToDisplayString();

    private static void Report(Fault? fault, ISymbol symbol, Action<Diagnostic> report)
    {
        if (fault is not null)
        {
            report(Diagnostic.Create(fault.Rule, symbol.Locations[0], fault.Arguments));
        }
    }

    private sealed record Named(string Scope, string Name, ISymbol Symbol, bool IsGenerated);
}
