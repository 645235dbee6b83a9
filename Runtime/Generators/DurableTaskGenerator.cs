using System.Collections.Immutable;
using FuncExec.Runtime.Generators.Reading;
using FuncExec.Runtime.Generators.Writing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FuncExec.Runtime.Generators;

/// <summary>
/// Writes for each class with [DurableTask] the function by which the runtime calls it and the methods by which the app
/// does; for each activity that is a method, and each [DurableEvent], the latter. What it leaves out,
/// <see cref="DurableTaskAnalyzer"/> explains.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class DurableTaskGenerator : IIncrementalGenerator
{
    internal const string FileName = "GeneratedDurableTaskExtensions.g.cs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<TaskModel>> tasks = Find(
            context,
            SurfaceNames.DurableTask,
            static node => node is ClassDeclarationSyntax,
            static found => TaskReader.Read((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]).Task);
        IncrementalValueProvider<ImmutableArray<EventModel>> events = Find(
            context,
            SurfaceNames.DurableEvent,
            static node => node is TypeDeclarationSyntax,
            static found => EventReader.Read((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]).Event);
        IncrementalValueProvider<ImmutableArray<FunctionModel>> functions = Find(
            context,
            SurfaceNames.Function,
            static node => node is MethodDeclarationSyntax,
            static found => FunctionReader.Read((IMethodSymbol)found.TargetSymbol, found.Attributes[0], found.SemanticModel.Compilation));
        IncrementalValueProvider<ImmutableArray<string>> ownCalls = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => OwnCalls.Is(node), static (found, _) => OwnCalls.NameOf(found.Node))
            .Collect();

        IncrementalValueProvider<string> text = tasks.Combine(events).Combine(functions).Combine(ownCalls)
            .Select(static (all, _) => ExtensionsFile.Write(Plan.Make(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right)))
            .WithTrackingName(nameof(ExtensionsFile));
        context.RegisterSourceOutput(text, static (output, text) =>
        {
            if (text.Length > 0)
            {
                output.AddSource(FileName, text);
            }
        });
    }

    private static IncrementalValueProvider<ImmutableArray<T>> Find<T>(
        IncrementalGeneratorInitializationContext context, string attribute, Func<SyntaxNode, bool> isCarrier, Func<GeneratorAttributeSyntaxContext, T?> read)
        where T : class =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(attribute, (node, _) => isCarrier(node), (found, _) => read(found))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(typeof(T).Name)
            .Collect();
}
