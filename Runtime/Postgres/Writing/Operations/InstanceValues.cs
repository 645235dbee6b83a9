using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>An instance to create, encoded on the caller's thread.</summary>
internal sealed class InstanceValues(NewInstance instance)
{
    internal Guid Hash { get; } = IdHash.Of(instance.InstanceId);

    internal byte[] Id { get; } = StoredValue.Of(instance.InstanceId)!;

    internal byte[] Name { get; } = StoredValue.Of(instance.Name)!;

    internal Guid Generation => instance.Generation;

    internal byte[] FirstTurn { get; } = StoredValue.Of(instance.FirstTurn.Span);

    internal long CreatedAt => instance.CreatedAt.UtcTicks;

    internal short Partition { get; } = (short)Hubs.Partition.Of(instance.InstanceId);

    internal byte[]? Tags { get; } = StoredValue.Of(instance.Tags);

    internal long? StartAt => instance.StartAt is { } at ? Columns.Milliseconds(at) : null;

    /// <summary>The statuses in which the id stays in use, as a mask.</summary>
    internal int Kept => instance.KeptStatuses.Aggregate(0, static (mask, status) => mask | (1 << (int)status));

    internal long Weight => 256 + FirstTurn.Length;

    /// <summary>Hash, id, name, generation, first turn, creation, partition, tags.</summary>
    internal NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) => command
        .With(Hash).With(Id).With(Name).With(Generation).With(FirstTurn).With(CreatedAt).With(Partition).With(Tags);
}
