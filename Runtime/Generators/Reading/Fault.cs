using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>Why nothing is generated for a type.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Arguments">What the rule's message names.</param>
internal sealed record Fault(DiagnosticDescriptor Rule, params object[] Arguments);
