using FuncExec.Runtime.Transfer;

namespace FuncExec.Ledger.Moving;

/// <summary>
/// What ledgers keep. Text is handed over in UTF-8; documents and tails as they are stored, packed. Which lives of nodes go on is not
/// handed over: all are over.
/// </summary>
internal static class LedgerKinds
{
    internal static TransferKind Jobs { get; } = TransferKind.Of(
        "jobs",
        "key:int id:bytes name:bytes state:int status:int error:bytes created:int started:int finished:int suspended:int stop_kind:int stop_reason:bytes "
        + "rerun_of:bytes workspace:bytes stored:int last_event:int copied_step:int copied_idx:int principal:bytes request_key:bytes body_hash:bytes");

    internal static TransferKind Documents { get; } = TransferKind.Of("documents", "job:int data:bytes");

    internal static TransferKind Steps { get; } = TransferKind.Of(
        "steps",
        "job:int step:int name:bytes total:int queued:int running:int succeeded:int failed:int cancelled:int timed_out:int closing:int closing_error:bytes");

    internal static TransferKind Tasks { get; } = TransferKind.Of(
        "tasks",
        "job:int step:int idx:int status:int attempt:int token:int losses:int next_retry:int node:int started:int finished:int ended:int exit_code:int "
        + "failure:int error:bytes details:bytes out_length:int out_kept:int out_tail:bytes err_length:int err_kept:int err_tail:bytes stored:int "
        + "artifacts:int out_token:int");

    internal static TransferKind Attempts { get; } = TransferKind.Of(
        "attempts",
        "job:int step:int idx:int attempt:int status:int token:int losses:int node:int started:int finished:int exit_code:int failure:int error:bytes "
        + "details:bytes out_length:int out_kept:int out_tail:bytes err_length:int err_kept:int err_tail:bytes out_token:int");

    internal static TransferKind Artifacts { get; } = TransferKind.Of(
        "artifacts", "job:int name:bytes step:int idx:int path:bytes size:int hash:bytes executable:int");

    internal static TransferKind Events { get; } = TransferKind.Of(
        "events", "job:int number:int at:int kind:int status:int step:int idx:int attempt:int token:int exit_code:int next_retry:int error:bytes");

    /// <summary>Deleted jobs that are remembered.</summary>
    internal static TransferKind Tombstones { get; } = TransferKind.Of("deleted jobs", "id:bytes at:int");

    /// <summary>Lives of nodes, so that a task can say who ran it.</summary>
    internal static TransferKind Nodes { get; } = TransferKind.Of("nodes", "key:int id:bytes name:bytes");

    /// <summary>Sums over all jobs: one row.</summary>
    internal static TransferKind Totals { get; } = TransferKind.Of("totals", "unfinished:int finished_bytes:int");
}
