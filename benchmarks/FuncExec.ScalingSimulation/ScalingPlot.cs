using System.Globalization;
using System.Text;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation;

/// <summary>Draws simulations, one below the other: workers over the hours of a day.</summary>
public static class ScalingPlot
{
    private const int Width = 960;
    private const int Left = 50;
    private const int Height = 200;
    private const int Distance = 270;
    private const int Top = 70;

    /// <summary>Draws.</summary>
    /// <param name="heading">What all is.</param>
    /// <param name="results">The simulations with their titles.</param>
    /// <param name="mostNeed">Up to how many workers the need is drawn: above, it is told by the waits.</param>
    /// <returns>An SVG document.</returns>
    public static string Draw(string heading, IReadOnlyList<(string Title, SimulationResult Result)> results, int mostNeed)
    {
        int Shown(ScalingSample sample) => Math.Min(sample.Need, mostNeed);

        double hours = results.Max(static result => result.Result.Samples[^1].At.TotalHours);
        int most = results.Max(result => result.Result.Samples.Max(sample => Math.Max(Shown(sample), sample.Replicas + sample.Draining)));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width + Left + 20} {(results.Count * Distance) + Top - 20}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="{Left}" y="24" font-size="16">{heading}</text>

            """);
        for (int i = 0; i < results.Count; i++)
        {
            DrawOne(svg, results[i].Title, results[i].Result, Shown, Top + (i * Distance), hours, most);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawOne(
        StringBuilder svg, string title, SimulationResult result, Func<ScalingSample, int> shown, int top, double hours, int most)
    {
        double X(TimeSpan at) => Left + (at.TotalHours / hours * Width);
        double Y(int workers) => top + Height - ((double)workers / most * Height);

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{top - 10}\">{title}</text>\n");
        for (int workers = 0; workers <= most; workers += 5)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(workers):0.#}h{Width}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" y=\"{Y(workers) + 4:0.#}\" text-anchor=\"end\">{workers}</text>\n");
        }

        for (int hour = 0; hour <= hours; hour += 2)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(TimeSpan.FromHours(hour)):0.#}\" y=\"{top + Height + 16}\" text-anchor=\"middle\">{hour}:00</text>\n");
        }

        string Steps(Func<ScalingSample, int> value) => Path(result.Samples, value, X, Y);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <path d="{Steps(shown)}V{top + Height}H{Left}Z" fill="#cfd8dc"/>
            <path d="{Steps(static sample => sample.Replicas + sample.Draining)}" fill="none" stroke="#ef6c00"/>
            <path d="{Steps(static sample => sample.Replicas)}" fill="none" stroke="#1565c0" stroke-width="1.5"/>

            """);
    }

    // Only where something changes.
    private static string Path(IReadOnlyList<ScalingSample> samples, Func<ScalingSample, int> value, Func<TimeSpan, double> x, Func<int, double> y)
    {
        int last = value(samples[0]);
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M{x(samples[0].At):0.#} {y(last):0.#}");
        foreach (ScalingSample sample in samples.Where(sample => value(sample) != last || ReferenceEquals(sample, samples[^1])))
        {
            last = value(sample);
            path.Append(CultureInfo.InvariantCulture, $"H{x(sample.At):0.#}V{y(last):0.#}");
        }

        return path.ToString();
    }
}
