using System.Globalization;

namespace FuncExec.Benchmarks.Reporting;

/// <summary>Results as a table of Markdown.</summary>
internal static class Table
{
    /// <summary>The rows of one workload, as they come in.</summary>
    public static void Print(Workload workload, IEnumerable<Result> results) =>
        Console.WriteLine(string.Join('\n', results.Where(result => result.Workload == workload).Select(Row)));

    /// <summary>All rows under their headings.</summary>
    public static void Print(IEnumerable<Result> results)
    {
        Console.WriteLine("| workload | figure | median | min–max | target (aim) | met | elsewhere |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | --- | --- |");
        Console.WriteLine(string.Join('\n', results.Select(Row)));
    }

    private static string Row(Result result)
    {
        Figure figure = result.Figure;
        (string target, string met) = figure is { Bound: Bound.AtLeast, Target: 0 }
            ? ("", "") // It is shown, and has nothing to reach.
            : ($"{(figure.Bound == Bound.AtLeast ? "≥" : "≤")} {Number(figure.Target)}", result.IsMet ? "yes" : "**no**");
        string aim = figure.Aim is { } value ? $" ({Number(value)})" : "";
        return $"| {result.Workload.Description} | {figure.Name} | {Number(result.Median)} {figure.Unit} | {Number(result.Min)}–{Number(result.Max)} "
            + $"| {target}{aim} | {met} | {figure.Peer ?? ""} |";
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "N1" : "N2", CultureInfo.InvariantCulture);
}
