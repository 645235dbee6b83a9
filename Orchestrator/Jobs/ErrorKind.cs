using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>What kind of failure ended an attempt, as jobs say it in retry rules. Stored by name.</summary>
[JsonConverter(typeof(CamelCaseConverter<ErrorKind>))]
public enum ErrorKind
{
    /// <summary>It ended by itself with a code that means failure.</summary>
    Exit = 1,

    /// <summary>A signal ended it.</summary>
    Signal,

    /// <summary>It took longer than it may.</summary>
    Timeout,

    /// <summary>It could not be started or reached.</summary>
    NotFound,

    /// <summary>The node that ran it was lost, and it must not run twice.</summary>
    Lost,

    /// <summary>It succeeded, and its artifacts could not be kept.</summary>
    Artifacts,
}
