using Microsoft.CodeAnalysis.CSharp;

namespace FuncExec.Runtime.Generators.Writing;

/// <summary>Parts of generated code.</summary>
internal static class Text
{
    public const string Durable = "global::Microsoft.DurableTask";
    public const string Worker = "global::Microsoft.Azure.Functions.Worker";
    public const string TaskType = "global::System.Threading.Tasks.Task";
    public const string Services = "global::Microsoft.Extensions.DependencyInjection.ActivatorUtilities";

    /// <summary>A name as a literal.</summary>
    public static string Literal(string name) => SymbolDisplay.FormatLiteral(name, quote: true);

    /// <summary>A method's accessibility.</summary>
    public static string Access(bool isPublic) => isPublic ? "public" : "internal";

    /// <summary>A parameter of helpers: one whose type has a null need not be given.</summary>
    public static string Input(string type) => type.EndsWith("?", StringComparison.Ordinal) ? $"{type} input = default" : $"{type} input";
}
