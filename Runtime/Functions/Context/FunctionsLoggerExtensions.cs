namespace Microsoft.Extensions.Logging;

/// <summary>Metrics as log records, as Functions apps write them.</summary>
public static class FunctionsLoggerExtensions
{
    private static readonly EventId _metric = new(1, "MS_LogMetric");

    /// <summary>Logs a metric at level Information.</summary>
    public static void LogMetric(this ILogger logger, string name, double value, IDictionary<string, object>? properties = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        Dictionary<string, object> state = properties is null ? [] : new Dictionary<string, object>(properties);
        state["Name"] = name;
        state["Value"] = value;
        logger.Log(LogLevel.Information, _metric, state, null, static (metric, _) => FormattableString.Invariant($"{metric["Name"]} = {metric["Value"]}"));
    }
}
