using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>How symbols are written and told apart.</summary>
internal static class Symbols
{
    private const string GlobalHome = "Microsoft.DurableTask"; // That of the official generator.

    private static readonly SymbolDisplayFormat s_full = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_namespace =
        s_full.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>A type, readable anywhere.</summary>
    public static string Full(ITypeSymbol type) => type.ToDisplayString(s_full);

    /// <summary>The namespace that code generated for a type goes into.</summary>
    public static string HomeOf(ISymbol type) =>
        type.ContainingNamespace.IsGlobalNamespace ? GlobalHome : type.ContainingNamespace.ToDisplayString(s_namespace);

    /// <summary>Whether a type is the one of a metadata name.</summary>
    public static bool Is(ITypeSymbol? type, string metadataName) =>
        type is INamedTypeSymbol named
        && metadataName.EndsWith(named.MetadataName, StringComparison.Ordinal) // Cheap, and false for nearly all.
        && $"{named.ContainingNamespace.ToDisplayString()}.{named.MetadataName}" == metadataName;

    /// <summary>A symbol's attribute; null when it has none.</summary>
    public static AttributeData? Find(ISymbol symbol, string metadataName) =>
        symbol.GetAttributes().FirstOrDefault(attribute => Is(attribute.AttributeClass, metadataName));

    /// <summary>The name that an attribute's first argument gives; null when it gives none.</summary>
    public static string? NameIn(AttributeData attribute) =>
        attribute.ConstructorArguments.FirstOrDefault().Value is string { Length: > 0 } name ? name : null;

    /// <summary>Whether code elsewhere in the assembly can name a type.</summary>
    public static bool IsReachable(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type; at is not null; at = at.ContainingType)
        {
            if (at.IsFileLocal
                || at.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a public method may have a type.</summary>
    public static bool IsPublic(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPublic(array.ElementType),
        INamedTypeSymbol named => named.DeclaredAccessibility == Accessibility.Public
            && (named.ContainingType is null || IsPublic(named.ContainingType))
            && named.TypeArguments.All(IsPublic),
        _ => true,
    };

    /// <summary>Whether a type takes part in generics: neither a pointer nor a ref struct, nor open, nor unknown.</summary>
    public static bool IsOrdinary(ITypeSymbol type, Compilation compilation) =>
        type is (INamedTypeSymbol or IArrayTypeSymbol or IDynamicTypeSymbol)
        && type.TypeKind != TypeKind.Error
        && type is { IsRefLikeType: false, SpecialType: not SpecialType.System_Void }
        && !IsOpen(type)
        && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)
        && !(type is INamedTypeSymbol { IsFileLocal: true });

    private static bool IsOpen(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol => true,
        IArrayTypeSymbol array => IsOpen(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(IsOpen) || (named.ContainingType is { } outer && IsOpen(outer)),
        _ => false,
    };
}
