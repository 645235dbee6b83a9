namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Gives the name under which a binding attribute's property is written into the function's metadata.</summary>
/// <param name="bindingPropertyName">The name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BindingPropertyNameAttribute(string bindingPropertyName) : Attribute
{
    /// <summary>The name.</summary>
    public string BindingPropertyName { get; } =
        bindingPropertyName ?? throw new ArgumentNullException(nameof(bindingPropertyName));
}
