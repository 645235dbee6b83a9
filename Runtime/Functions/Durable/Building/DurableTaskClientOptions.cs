namespace Microsoft.DurableTask.Client;

/// <summary>How the app's client works.</summary>
public class DurableTaskClientOptions
{
    /// <summary>The version of orchestrations that it starts without one; empty leaves that to the host's settings.</summary>
    public string DefaultVersion { get; set; } = string.Empty;
}
