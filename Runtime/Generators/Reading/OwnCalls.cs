using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>
/// The app's own <c>CallXAsync(this TaskOrchestrationContext …)</c>. An app that was written without the official generator may
/// have such for its activities; a second one of the name would make its calls ambiguous.
/// </summary>
internal static class OwnCalls
{
    /// <summary>Whether a method is such, by its syntax alone.</summary>
    public static bool Is(SyntaxNode node) =>
        node is MethodDeclarationSyntax method
        && method.ParameterList.Parameters.FirstOrDefault() is { Type: { } type } first
        && first.Modifiers.Any(SyntaxKind.ThisKeyword)
        && method.Identifier.ValueText.StartsWith("Call", StringComparison.Ordinal)
        && type.ToString().EndsWith("TaskOrchestrationContext", StringComparison.Ordinal);

    /// <summary>Its name.</summary>
    public static string NameOf(SyntaxNode node) => ((MethodDeclarationSyntax)node).Identifier.ValueText;
}
