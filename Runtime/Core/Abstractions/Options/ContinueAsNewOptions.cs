namespace Microsoft.DurableTask;

/// <summary>How an orchestration begins anew.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The input of the next generation, or null.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether external events that nothing has waited for yet go to the next generation. Default: true.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The version of the next generation; null or white space keeps the present one.</summary>
    public string? NewVersion { get; set; }
}
