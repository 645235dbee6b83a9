using System.Reflection;
using System.Reflection.Metadata;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>
/// Finds what carries an attribute in an assembly by its metadata tables, without loading its types: the cost is that
/// of the attributes in it, not of its size.
/// </summary>
internal static class FunctionScanner
{
    /// <summary>The methods that carry <see cref="FunctionAttribute"/>, and the classes that carry <see cref="DurableTaskAttribute"/>.</summary>
    public static (IReadOnlyList<MethodInfo> Methods, IReadOnlyList<Type> DurableClasses) Scan(Assembly assembly)
    {
        List<MethodInfo> methods = [];
        List<Type> classes = [];
        foreach (EntityHandle parent in FindCarriers(assembly, typeof(FunctionAttribute), HandleKind.MethodDefinition))
        {
            methods.Add((MethodInfo)assembly.ManifestModule.ResolveMethod(System.Reflection.Metadata.Ecma335.MetadataTokens.GetToken(parent))!);
        }

        foreach (EntityHandle parent in FindCarriers(assembly, typeof(DurableTaskAttribute), HandleKind.TypeDefinition))
        {
            classes.Add(assembly.ManifestModule.ResolveType(System.Reflection.Metadata.Ecma335.MetadataTokens.GetToken(parent)));
        }

        return (methods, classes);
    }

    private static unsafe List<EntityHandle> FindCarriers(Assembly assembly, Type attribute, HandleKind carriers)
    {
        List<EntityHandle> found = [];
        if (!assembly.TryGetRawMetadata(out byte* blob, out int length))
        {
            return found; // Emitted at run time: it has no functions that a build could have seen.
        }

        MetadataReader reader = new(blob, length);
        HashSet<EntityHandle> constructors = FindConstructors(reader, attribute);
        if (constructors.Count == 0)
        {
            return found;
        }

        foreach (CustomAttributeHandle handle in reader.CustomAttributes)
        {
            CustomAttribute applied = reader.GetCustomAttribute(handle);
            if (applied.Parent.Kind == carriers && constructors.Contains(applied.Constructor))
            {
                found.Add(applied.Parent);
            }
        }

        return found;
    }

    private static HashSet<EntityHandle> FindConstructors(MetadataReader reader, Type attribute)
    {
        HashSet<EntityHandle> constructors = [];
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }

            TypeReference type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
            if (reader.StringComparer.Equals(type.Name, attribute.Name)
                && reader.StringComparer.Equals(type.Namespace, attribute.Namespace!))
            {
                constructors.Add(handle);
            }
        }

        return constructors;
    }
}
