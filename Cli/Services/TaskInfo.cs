using System.Text.Json;

namespace FuncExec.Cli.Services;

/// <summary>What the command line needs of a task.</summary>
internal sealed record TaskInfo
{
    /// <summary>Its id in the job, such as <c>compile/0</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its status.</summary>
    public string Status { get; init; } = "";

    /// <summary>The attempt that began last; 0 for none.</summary>
    public int Attempt { get; init; }

    /// <summary>What the last attempt ended with.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What kind of failure that was: exit, signal, timeout, notFound, lost or artifacts.</summary>
    public string? Failure { get; init; }

    /// <summary>What the executor tells of it: an object, as it likes.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>Why a command was not started, or null.</summary>
    public string? StartFailure =>
        Details is { ValueKind: JsonValueKind.Object } details && details.TryGetProperty("startFailure", out JsonElement reason) && reason.ValueKind is JsonValueKind.String
            ? reason.GetString()
            : null;

    /// <summary>Whether some of what it wrote is not kept.</summary>
    public bool Truncated { get; init; }

    /// <summary>What happened, unless it succeeded.</summary>
    public string? Error { get; init; }
}
