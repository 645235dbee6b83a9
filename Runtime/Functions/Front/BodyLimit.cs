using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// What a function says about the size of bodies: <c>[RequestSizeLimit(bytes)]</c> or <c>[DisableRequestSizeLimit]</c> on
/// its method, else on its class. Routing hands it to the server for each request.
/// </summary>
internal static class BodyLimit
{
    /// <summary>What is said, or null when nothing is: then the front's own limit holds.</summary>
    public static IRequestSizeLimitMetadata? Find(MethodInfo method) => Of(method) ?? Of(method.DeclaringType!);

    private static IRequestSizeLimitMetadata? Of(MemberInfo member) =>
        member.GetCustomAttributes(inherit: true).OfType<IRequestSizeLimitMetadata>().FirstOrDefault();
}
