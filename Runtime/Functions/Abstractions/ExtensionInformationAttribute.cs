namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Names the host extension that a worker extension belongs to. It has no effect in this runtime.</summary>
/// <param name="extensionPackage">The package.</param>
/// <param name="extensionVersion">Its version.</param>
/// <param name="enableImplicitRegistration">Whether the extension is wanted even when no function uses it.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public class ExtensionInformationAttribute(
    string extensionPackage, string extensionVersion, bool enableImplicitRegistration) : Attribute
{
    /// <summary>Names the extension, not registered implicitly.</summary>
    public ExtensionInformationAttribute(string extensionPackage, string extensionVersion)
        : this(extensionPackage, extensionVersion, false)
    {
    }

    /// <summary>The package.</summary>
    public string ExtensionPackage { get; } = extensionPackage;

    /// <summary>Its version.</summary>
    public string ExtensionVersion { get; } = extensionVersion;

    /// <summary>Whether the extension is wanted even when no function uses it.</summary>
    public bool EnableImplicitRegistration { get; } = enableImplicitRegistration;
}
