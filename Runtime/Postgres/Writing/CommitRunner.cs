using System.Collections.Concurrent;
using System.Globalization;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Runs a group of calls as one statement: one transaction, one round trip.</summary>
internal sealed class CommitRunner(PostgresDatabase database)
{
    /// <summary>Raised by <c>hub_commit</c> when something that a turn consumed is not there, and it did not look before.</summary>
    private const string LookFirst = "FE001";

    /// <summary>The statement by its number of parameters: a group without new instances, messages and completions has fewer.</summary>
    private static readonly ConcurrentDictionary<int, string> s_sql = new();

    internal async Task RunAsync(IReadOnlyList<GroupedCall> calls, CancellationToken cancellationToken)
    {
        var group = new CommitGroup();
        foreach (GroupedCall call in calls)
        {
            ((ICommitCall)call).AddTo(group);
        }

        CommitAnswer answer;
        try
        {
            answer = await RunAsync(group, isCareful: false, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == LookFirst)
        {
            answer = await RunAsync(group, isCareful: true, cancellationToken).ConfigureAwait(false);
        }

        foreach (GroupedCall call in calls)
        {
            ((ICommitCall)call).Decide(answer);
        }
    }

    private async Task<CommitAnswer> RunAsync(CommitGroup group, bool isCareful, CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using var command = new NpgsqlCommand { Connection = connection };
        group.Bind(command.Parameters, isCareful);
        command.CommandText = s_sql.GetOrAdd(command.Parameters.Count, static count =>
            $"SELECT * FROM hub_commit({string.Join(", ", Enumerable.Range(1, count).Select(static at => "$" + at.ToString(CultureInfo.InvariantCulture)))})");
        await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        var answer = new CommitAnswer(row);

        // The answer comes before the commit: only the end of what the server says tells that it is durable.
        await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return answer;
    }
}
