using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

public abstract partial class TaskOrchestrationContext
{
    private ReplaySafeLoggerFactory? _replaySafeLoggerFactory;

    /// <summary>
    /// Makes loggers that are silent during replay. A context that wraps another one returns the other's as its
    /// <see cref="LoggerFactory"/>.
    /// </summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory => _replaySafeLoggerFactory ??= new(this);

    /// <summary>Makes the loggers that the replay-safe ones write to.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>Makes a logger that is silent during replay, so that nothing is logged twice.</summary>
    /// <param name="categoryName">The logger's category.</param>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) =>
        new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger(categoryName));

    /// <summary>Makes a logger that is silent during replay, so that nothing is logged twice.</summary>
    /// <param name="type">The type that the logger's category is named after.</param>
    public virtual ILogger CreateReplaySafeLogger(Type type) =>
        new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger(type));

    /// <summary>Makes a logger that is silent during replay, so that nothing is logged twice.</summary>
    /// <typeparam name="T">The type that the logger's category is named after.</typeparam>
    public virtual ILogger CreateReplaySafeLogger<T>() =>
        new ReplaySafeLogger(this, UnwrappedLoggerFactory().CreateLogger<T>());

    // A wrapper's factory is its inner context's replay-safe one. Going beneath it spares a second check of each line;
    // following it without a limit would never end for a context that returns its own.
    internal ILoggerFactory UnwrappedLoggerFactory()
    {
        const int deepest = 16;
        ILoggerFactory factory = LoggerFactory;
        for (int depth = 0; factory is ReplaySafeLoggerFactory wrapper; depth++)
        {
            if (depth == deepest)
            {
                throw new InvalidOperationException(
                    $"{GetType()}.{nameof(LoggerFactory)} leads back to itself. A context that wraps another one returns "
                    + $"the inner context's {nameof(ReplaySafeLoggerFactory)}, never its own.");
            }

            factory = wrapper.Context.LoggerFactory;
        }

        return factory;
    }
}
