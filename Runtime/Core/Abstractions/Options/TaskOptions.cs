namespace Microsoft.DurableTask;

/// <summary>How an orchestrator wants an activity or sub-orchestration to be run.</summary>
public record TaskOptions
{
    /// <summary>Makes options with retries only.</summary>
    /// <param name="retry">How to retry; null for one attempt.</param>
    public TaskOptions(TaskRetryOptions? retry)
        : this(retry, null)
    {
    }

    /// <summary>Makes options.</summary>
    /// <param name="retry">How to retry; null for one attempt.</param>
    /// <param name="tags">Names and values that travel with the task, or null.</param>
    public TaskOptions(TaskRetryOptions? retry = null, IDictionary<string, string>? tags = null)
    {
        Retry = retry;
        Tags = tags;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">What to copy; of a derived record only what is declared here.</param>
    public TaskOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Retry = options.Retry;
        Tags = options.Tags;
        Version = options.Version;
    }

    /// <summary>How to retry, or null for one attempt.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Names and values that travel with the task, or null.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>
    /// The version to call. Null leaves it to the runtime: an activity then has the version of its orchestration;
    /// <see cref="TaskVersion.Unversioned"/> asks for none.
    /// </summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Options that retry by a policy.</summary>
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    /// <summary>Options that ask a handler before each retry.</summary>
    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(handler);

    /// <summary>Options that ask a handler before each retry.</summary>
    public static TaskOptions FromRetryHandler(RetryHandler handler) => new(handler);

    /// <summary>The same options for a sub-orchestration with the given instance id.</summary>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}
