namespace Microsoft.Azure.Functions.Worker;

/// <summary>The past and the next call of a timer function.</summary>
public class ScheduleStatus
{
    /// <summary>The call before.</summary>
    public DateTime Last { get; set; }

    /// <summary>The call expected next.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was written.</summary>
    public DateTime LastUpdated { get; set; }
}
