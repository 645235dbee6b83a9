using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// The addresses by which an orchestration is managed. In JSON the names are camelCase, whatever the naming policy.
/// Place holders are <c>{eventName}</c> and <c>{text}</c>.
/// </summary>
public class HttpManagementPayload
{
    /// <summary>The instance.</summary>
    [JsonPropertyName("id"), JsonPropertyOrder(1)]
    public string? Id { get; internal set; }

    /// <summary>DELETE purges the instance.</summary>
    [JsonPropertyName("purgeHistoryDeleteUri"), JsonPropertyOrder(2)]
    public string? PurgeHistoryDeleteUri { get; internal set; }

    /// <summary>POST raises an event.</summary>
    [JsonPropertyName("sendEventPostUri"), JsonPropertyOrder(3)]
    public string? SendEventPostUri { get; internal set; }

    /// <summary>GET reads the status.</summary>
    [JsonPropertyName("statusQueryGetUri"), JsonPropertyOrder(4)]
    public string? StatusQueryGetUri { get; internal set; }

    /// <summary>POST terminates the instance.</summary>
    [JsonPropertyName("terminatePostUri"), JsonPropertyOrder(5)]
    public string? TerminatePostUri { get; internal set; }

    /// <summary>POST suspends the instance.</summary>
    [JsonPropertyName("suspendPostUri"), JsonPropertyOrder(6)]
    public string? SuspendPostUri { get; internal set; }

    /// <summary>POST resumes the instance.</summary>
    [JsonPropertyName("resumePostUri"), JsonPropertyOrder(7)]
    public string? ResumePostUri { get; internal set; }

    /// <summary>POST rewinds the instance.</summary>
    [JsonPropertyName("rewindPostUri"), JsonPropertyOrder(8)]
    public string? RewindPostUri { get; internal set; }

    /// <summary>POST restarts the instance.</summary>
    [JsonPropertyName("restartPostUri"), JsonPropertyOrder(9)]
    public string? RestartPostUri { get; internal set; }
}
