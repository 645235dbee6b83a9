namespace Microsoft.Azure.Functions.Worker;

/// <summary>The past and the next call of a timer function.</summary>
public class ScheduleStatus
{
    /// <summary>The call before, in UTC; <see cref="DateTime.MinValue"/> when there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>The call expected next, after this one, in UTC.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was written, in UTC; <see cref="DateTime.MinValue"/> when it was not yet.</summary>
    public DateTime LastUpdated { get; set; }
}
