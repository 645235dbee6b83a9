using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>How a running task ends that no living node holds.</summary>
internal sealed record AbandonedTask(JobTaskStatus Status, int Losses, FailureKind? Failure, string Error);
