using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A call of the hub that may write: some commands of a group's round trip, and the reading of their answers.</summary>
internal interface IHubCall
{
    /// <summary>The hashes of ids that it may create or delete.</summary>
    IEnumerable<Guid> Ids { get; }

    /// <summary>The hash of the id whose row it changes, if it is there.</summary>
    Guid? Row { get; }

    /// <summary>Adds its commands.</summary>
    void AddTo(NpgsqlBatchCommandCollection commands);

    /// <summary>Reads their answers: the reader is at the first one, and is left at the last.</summary>
    Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken);
}

/// <summary>A call with an answer.</summary>
internal abstract class HubCall<T> : GroupedCall<T>, IHubCall
{
    public virtual IEnumerable<Guid> Ids => [];

    public virtual Guid? Row => null;

    public abstract void AddTo(NpgsqlBatchCommandCollection commands);

    public abstract Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken);
}
