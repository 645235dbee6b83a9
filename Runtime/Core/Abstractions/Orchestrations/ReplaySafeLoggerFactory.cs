using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>Makes loggers that are silent while an orchestration replays.</summary>
internal sealed class ReplaySafeLoggerFactory(TaskOrchestrationContext context) : ILoggerFactory
{
    public TaskOrchestrationContext Context { get; } = context;

    public ILogger CreateLogger(string categoryName) =>
        new ReplaySafeLogger(Context, Context.UnwrappedLoggerFactory().CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException(
        "A replay-safe logger factory takes no providers: add them to the host's logging.");

    public void Dispose()
    {
        // The loggers belong to the host's factory.
    }
}
