using System.Globalization;
using System.Text;

namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>Writes families in Prometheus' text format 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes those that have a value.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        StringBuilder text = new();
        foreach (MetricFamily family in families)
        {
            bool isHead = true;
            foreach (MetricSeries series in family.Series.OrderBy(static series => string.Join('\0', series.Labels.Select(static label => label.Value)), StringComparer.Ordinal))
            {
                if (series.Read() is not { } value)
                {
                    continue;
                }

                if (isHead)
                {
                    text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escape(family.Help, quotes: false)).Append('\n');
                    text.Append("# TYPE ").Append(family.Name).Append(' ').Append(NameOf(family.Kind)).Append('\n');
                    isHead = false;
                }

                Write(text, family, series, value.Sum, value.Counts);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, MetricFamily family, MetricSeries series, double sum, long[] counts)
    {
        if (family.Kind != MetricKind.Histogram)
        {
            Line(text, family.Name, series, null, sum);
            return;
        }

        long count = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            count += counts[i];
            Line(text, family.Name + "_bucket", series, i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf", count);
        }

        Line(text, family.Name + "_sum", series, null, sum);
        Line(text, family.Name + "_count", series, null, count);
    }

    private static void Line(StringBuilder text, string name, MetricSeries series, string? bound, double value)
    {
        IEnumerable<string> labels = series.Labels.Select(static label => $"{label.Key}=\"{Escape(label.Value, quotes: true)}\"");
        string all = string.Join(',', bound is null ? labels : labels.Append($"le=\"{bound}\""));
        text.Append(name);
        if (all.Length > 0)
        {
            text.Append('{').Append(all).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string NameOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool quotes)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
