using Microsoft.CodeAnalysis.CSharp;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>Names that are both a function's and part of a method's.</summary>
internal static class TaskNames
{
    private const int MaxLength = 128;

    /// <summary>Whether a name is both.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && IsLetter(name[0])
        && name.All(static character => IsLetter(character) || character is (>= '0' and <= '9') or '_')
        && !name.Equals("host", StringComparison.OrdinalIgnoreCase);

    /// <summary>A name as an identifier.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static bool IsLetter(char character) => character is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');
}
