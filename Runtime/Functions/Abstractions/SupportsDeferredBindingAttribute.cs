namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Says that a binding hands over a reference to its data. It has no effect in this runtime.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class SupportsDeferredBindingAttribute : Attribute;
