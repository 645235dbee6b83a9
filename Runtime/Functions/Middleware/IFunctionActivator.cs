namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the objects that instance methods are called on. Registered as a service, it takes the place of the runtime's way.</summary>
public interface IFunctionActivator
{
    /// <summary>Makes the object for one call.</summary>
    object? CreateInstance(Type instanceType, FunctionContext context);
}
