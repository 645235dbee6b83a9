namespace Microsoft.DurableTask;

/// <summary>How an orchestrator wants a sub-orchestration to be run.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Makes options.</summary>
    /// <param name="retry">How to retry; null for one attempt.</param>
    /// <param name="instanceId">The child's instance id; null lets the runtime choose one.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry)
    {
        InstanceId = instanceId;
    }

    /// <summary>Makes options out of others.</summary>
    /// <param name="options">What to copy.</param>
    /// <param name="instanceId">The child's instance id; null keeps that of <paramref name="options"/>, if it has one.</param>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId ?? (options as SubOrchestrationOptions)?.InstanceId;
    }

    /// <summary>Copies options.</summary>
    public SubOrchestrationOptions(SubOrchestrationOptions options)
        : base(options)
    {
        InstanceId = options.InstanceId;
    }

    /// <summary>The child's instance id, or null: the runtime then chooses one, the same in every replay.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The version of the orchestrator to start, or null for the runtime's default.</summary>
    public new TaskVersion? Version
    {
        get => base.Version;
        init => base.Version = value;
    }
}
