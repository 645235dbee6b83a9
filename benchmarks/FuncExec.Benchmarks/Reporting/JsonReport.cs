using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Reporting;

/// <summary>Results as JSON, one file a run of the suite, under <c>benchmarks/results</c>.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it and answers its path.</summary>
    public static string Write(Machine machine, IEnumerable<Result> results)
    {
        DateTime at = DateTime.UtcNow;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "benchmarks", "results")).FullName,
            at.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + ".json");
        var report = new
        {
            At = at,
            Machine = machine,
            Rows = results.Select(result => new
            {
                Workload = result.Workload.Name,
                result.Workload.Description,
                Figure = result.Figure.Name,
                result.Figure.Unit,
                Bound = result.Figure.Bound == Bound.AtLeast ? "atLeast" : "atMost",
                result.Figure.Target,
                result.Figure.Aim,
                result.Figure.Peer,
                result.Runs,
                result.Median,
                result.Min,
                result.Max,
                result.IsMet,
            }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(report, s_options) + "\n");
        return path;
    }
}
