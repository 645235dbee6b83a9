using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>How functions are called.</summary>
public class WorkerOptions
{
    /// <summary>
    /// Reads and writes JSON: HTTP bodies and what orchestrations store. Default: System.Text.Json with the app's
    /// <c>IOptions&lt;JsonSerializerOptions&gt;</c>, property names matched in any casing.
    /// </summary>
    public ObjectSerializer? Serializer { get; set; }

    /// <summary>The app's own converters.</summary>
    public InputConverterCollection InputConverters { get; } = new();

    /// <summary>What the worker tells the official host. It has no effect in this runtime.</summary>
    public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>
    {
        ["EnableUserCodeException"] = bool.TrueString,
        [nameof(IncludeEmptyEntriesInMessagePayload)] = bool.TrueString,
    };

    /// <summary>Whether failures carry the author's exception rather than a wrapper. This runtime always does so.</summary>
    [Obsolete("This is the only behaviour; the property has no effect.")]
    public bool EnableUserCodeException
    {
        get => Has(nameof(EnableUserCodeException));
        set => Set(nameof(EnableUserCodeException), value);
    }

    /// <summary>Whether empty values travel to the official host. It has no effect in this runtime.</summary>
    public bool IncludeEmptyEntriesInMessagePayload
    {
        get => Has(nameof(IncludeEmptyEntriesInMessagePayload));
        set => Set(nameof(IncludeEmptyEntriesInMessagePayload), value);
    }

    private bool Has(string name) => Capabilities.TryGetValue(name, out string? value) && bool.TryParse(value, out bool on) && on;

    private void Set(string name, bool value)
    {
        if (value)
        {
            Capabilities[name] = bool.TrueString;
        }
        else
        {
            Capabilities.Remove(name);
        }
    }
}
