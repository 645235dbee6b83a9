using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>The arrays of one call of <c>hub_commit</c>; what each prefix stands for is said there.</summary>
internal sealed class CommitGroup
{
    private readonly HashSet<long> _sessions = [];

    internal TurnColumns Turns { get; } = new();

    internal ActivityColumns Activities { get; } = new();

    internal InstanceColumns Instances { get; } = new();

    internal MessageColumns Messages { get; } = new();

    internal CompletionColumns Completions { get; } = new();

    /// <summary>A session on whose behalf something is written.</summary>
    internal void AddSession(long session) => _sessions.Add(session);

    internal void Bind(NpgsqlParameterCollection parameters, bool isCareful)
    {
        parameters.Add(new NpgsqlParameter<bool> { TypedValue = isCareful });
        parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. _sessions], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = HubLimits.AgeingMilliseconds });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = HubLimits.Inbox });
        Turns.Bind(parameters);
        Activities.Bind(parameters);
        Instances.Bind(parameters);
        Messages.Bind(parameters);
        Completions.Bind(parameters);
    }
}
