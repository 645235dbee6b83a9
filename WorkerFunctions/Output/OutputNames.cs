using System.Globalization;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>What the blobs of an attempt's output are called. No two claims of a task share one: the token is in it.</summary>
internal static class OutputNames
{
    /// <summary>The blob of one stream of one claim.</summary>
    public static BlobName Of(TaskKey task, int attempt, long token, OutputStream stream) => new(
        task.JobId,
        string.Create(CultureInfo.InvariantCulture, $"output/{task.Step}-{task.Index}/{attempt}-{token}.{(stream is OutputStream.Stdout ? "stdout" : "stderr")}"));
}
