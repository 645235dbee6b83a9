using System.Globalization;
using System.Text;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Keys of a job's rows, ordered as their numbers are.</summary>
internal static class RowKeys
{
    internal const string Head = "0";

    /// <summary>All rows but the head.</summary>
    internal const string AfterHead = "0~";

    /// <summary>After all rows.</summary>
    internal const string End = "~~";

    internal const string EventPrefix = "e.";

    internal const string ArtifactPrefix = "a.";

    internal static string Partition(string jobId) => "J." + jobId;

    /// <summary>Rows of steps after the first ones.</summary>
    internal static string StepPrefix(JobHead job) => $"1.{job.MadeBy}.";

    internal static string Steps(JobHead job, int page) => string.Create(CultureInfo.InvariantCulture, $"{StepPrefix(job)}{page:D6}");

    internal static string DocumentPrefix(JobHead job) => $"d.{job.MadeBy}.";

    internal static string Document(JobHead job, int part) => string.Create(CultureInfo.InvariantCulture, $"{DocumentPrefix(job)}{part:D4}");

    internal static string StatusPrefix(int step) => string.Create(CultureInfo.InvariantCulture, $"p.{step:D6}.");

    internal static string Statuses(int step, int page) => string.Create(CultureInfo.InvariantCulture, $"{StatusPrefix(step)}{page:D7}");

    /// <summary>The page that a row of statuses is.</summary>
    internal static int PageOf(string statusesKey) => int.Parse(statusesKey.AsSpan(statusesKey.LastIndexOf('.') + 1), CultureInfo.InvariantCulture);

    internal static string TaskPrefix(int step) => string.Create(CultureInfo.InvariantCulture, $"t.{step:D6}.");

    internal static string Task(TaskPlace place) => string.Create(CultureInfo.InvariantCulture, $"{TaskPrefix(place.Step)}{place.Index:D10}");

    /// <summary>The index of the task that a row is.</summary>
    internal static int IndexOf(string taskKey) => PageOf(taskKey);

    internal static string AttemptPrefix(TaskPlace place) => string.Create(CultureInfo.InvariantCulture, $"y.{place.Step:D6}.{place.Index:D10}.");

    internal static string Attempt(TaskPlace place, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{AttemptPrefix(place)}{attempt:D10}");

    internal static string Events(long last) => string.Create(CultureInfo.InvariantCulture, $"{EventPrefix}{last:D19}");

    /// <summary>The artifacts of a step, or of all steps whose names begin so; ordered as their names are.</summary>
    internal static string ArtifactsOfStep(string stepName) => ArtifactPrefix + Ordered(stepName + "/");

    internal static string Artifacts(string stepName, int index) =>
        ArtifactPrefix + Ordered(string.Create(CultureInfo.InvariantCulture, $"{stepName}/{index}/"));

    internal static string FurtherArtifacts(TaskPlace place, long token, int row) =>
        string.Create(CultureInfo.InvariantCulture, $"b.{place.Step:D6}.{place.Index:D10}.{token:D19}.{row:D6}");

    /// <summary>The key of the artifacts of the task that an artifact's name names, or null.</summary>
    internal static string? ArtifactsOf(string name)
    {
        int first = name.IndexOf('/', StringComparison.Ordinal);
        int second = first < 0 ? -1 : name.IndexOf('/', first + 1);
        return second < 0 ? null : ArtifactPrefix + Ordered(name[..(second + 1)]);
    }

    // '/' is no character of keys and stands between '.' and '0': what begins with '.' is told apart by what follows.
    private static string Ordered(string text)
    {
        var key = new StringBuilder(text.Length + 4);
        foreach (char c in text)
        {
            _ = c switch
            {
                '.' => key.Append(".!"),
                '/' => key.Append(".-"),
                '-' or '_' or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') => key.Append(c),
                _ => key.Append(CultureInfo.InvariantCulture, $"~{(int)c:x4}"),
            };
        }

        return key.ToString();
    }
}
