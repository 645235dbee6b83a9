namespace Microsoft.Azure.Functions.Worker;

/// <summary>Features of one call, by type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Sets a feature, in place of one of the same type.</summary>
    void Set<T>(T instance);

    /// <summary>Reads a feature, or its default when there is none.</summary>
    T? Get<T>();
}
