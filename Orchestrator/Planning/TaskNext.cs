using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Planning;

/// <summary>What a lane does next with a task. Stored in histories by name.</summary>
[JsonConverter(typeof(CamelCaseConverter<TaskNext>))]
public enum TaskNext
{
    /// <summary>Nothing: it has ended.</summary>
    Ended = 1,

    /// <summary>The next attempt, after a pause.</summary>
    Retry,

    /// <summary>The same attempt again when its job is no longer suspended.</summary>
    Held,

    /// <summary>Nothing: its job ends.</summary>
    Stopped,
}
