namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Names what a trigger can do beyond calling the function; see <see cref="KnownBindingCapabilities"/>.</summary>
/// <param name="capabilities">The names.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindingCapabilitiesAttribute(params string[] capabilities) : Attribute
{
    /// <summary>The names.</summary>
    public string[] Capabilities { get; } = capabilities;
}
