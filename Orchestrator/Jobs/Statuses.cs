using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>Where a job stands. Zero is no status.</summary>
[JsonConverter(typeof(CamelCaseConverter<JobStatus>))]
public enum JobStatus
{
    /// <summary>Accepted, not begun.</summary>
    Pending = 1,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Held.</summary>
    Suspended,

    /// <summary>Every task succeeded, or failed in a step that may fail.</summary>
    Succeeded,

    /// <summary>A task failed.</summary>
    Failed,

    /// <summary>Ended on demand.</summary>
    Cancelled,

    /// <summary>The job, or a task and none failed, took longer than it may.</summary>
    TimedOut,
}

/// <summary>Where a task stands. Zero is no status.</summary>
[JsonConverter(typeof(CamelCaseConverter<JobTaskStatus>))]
public enum JobTaskStatus
{
    /// <summary>Not begun.</summary>
    Queued = 1,

    /// <summary>Under way, or waiting for its next attempt.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Its last attempt failed.</summary>
    Failed,

    /// <summary>Ended on demand, or never begun because its job ended.</summary>
    Cancelled,

    /// <summary>Its last attempt took longer than it may.</summary>
    TimedOut,

    /// <summary>Never begun: a step that it needs did not succeed.</summary>
    Skipped,
}

/// <summary>Statuses are stored and shown by name, in camel case.</summary>
public sealed class CamelCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
