namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>Names as Prometheus has them: no dots, the unit and the kind at the end.</summary>
internal static class PrometheusNames
{
    /// <summary>The name of an instrument's family.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        string text = name.Replace('.', '_');
        string suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "", // Of things that are counted the name says what they are.
        };
        if (!text.EndsWith(suffix, StringComparison.Ordinal))
        {
            text += suffix;
        }

        return kind == MetricKind.Counter ? text + "_total" : text;
    }
}
