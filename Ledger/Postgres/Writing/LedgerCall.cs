using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Writing;

/// <summary>A call that writes: commands of a group's round trip, and the reading of their answers.</summary>
internal interface ILedgerCall
{
    /// <summary>The id of the job whose row it changes, or null.</summary>
    string? Job { get; }

    /// <summary>What it may create: others that may create the same wait for it.</summary>
    IEnumerable<string> MayCreate { get; }

    /// <summary>The job that it has changed, once it has been read; null for none.</summary>
    string? Changed { get; }

    /// <summary>Adds its commands.</summary>
    void AddTo(NpgsqlBatchCommandCollection commands);

    /// <summary>Reads their answers: the reader is at the first one, and is left at the last.</summary>
    Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken);
}

/// <summary>A call of some commands with one row each.</summary>
/// <param name="job">The job that it changes, or null.</param>
/// <param name="commands">Makes its commands.</param>
/// <param name="read">Reads the answers and tells what was decided and whether the job was changed.</param>
internal sealed class LedgerCall<T>(
    string? job, Func<NpgsqlBatchCommand[]> commands, Func<NpgsqlDataReader, CancellationToken, Task<(T Answer, bool IsChange)>> read)
    : GroupedCall<T>, ILedgerCall
{
    internal long Bytes { get; init; } = 512;

    internal override long Weight => Bytes;

    public string? Job => job;

    public IEnumerable<string> MayCreate { get; init; } = [];

    public string? Changed { get; private set; }

    public void AddTo(NpgsqlBatchCommandCollection target)
    {
        foreach (NpgsqlBatchCommand command in commands())
        {
            target.Add(command);
        }
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        (T answer, bool isChange) = await read(reader, cancellationToken).ConfigureAwait(false);
        Changed = isChange ? job : null;
        Decide(answer);
    }
}
