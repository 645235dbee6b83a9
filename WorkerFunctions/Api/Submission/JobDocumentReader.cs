using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Api.Answers;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Reads job documents and has their payloads checked by the executors of this node.</summary>
public sealed class JobDocumentReader(ExecutorRegistry executors)
{
    /// <summary>Only hubs of our own take labels and priorities.</summary>
#if EMBEDDED_RUNTIME
    private const bool CanPlace = true;
#else
    private const bool CanPlace = false;
#endif

    internal static string TooLong { get; } = $"A job document has at most {JobLimits.DocumentBytes} bytes.";

    internal Submitted Read(ReadOnlyMemory<byte> document, ContentId? workspace) => JobReader.Read(document, Check, executors.Names, CanPlace) switch
    {
        JobReading.Valid valid => new Submitted.Valid(valid.Job, document, workspace),
        JobReading.Invalid invalid => new Submitted.Refused(Problems.Invalid(invalid.Mistakes)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private IReadOnlyList<JobMistake>? Check(string executor, JsonElement payload) => executors.TryGet(executor, out IExecutor? found)
        ? [.. found.Validate(payload).Select(static mistake => new JobMistake(mistake.Path, mistake.Message))]
        : null;
}
