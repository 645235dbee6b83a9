using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Tests;

[Collection(PostgresGroup.Name)]
public sealed class GroupWriterTests(PostgresFixture fixture)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_arrives_during_a_round_trip_goes_into_the_next()
    {
        await using PostgresDatabase database = await Databases.OpenAsync(await fixture.Server.CreateDatabaseAsync());
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<int> sizes = [];
        await using var writer = new GroupWriter<AddNumber>(
            database,
            async (group, cancellationToken) =>
            {
                sizes.Add(group.Count);
                begun.TrySetResult();
                await first.Task.WaitAsync(s_limit, cancellationToken);
                await InsertAsync(database, group, cancellationToken);
            },
            new GroupLimits(Width: 1));
        Task<int> alone = writer.SubmitAsync(new AddNumber(0), default);
        await begun.Task.WaitAsync(s_limit);
        Task<int>[] others = [.. Enumerable.Range(1, 99).Select(n => writer.SubmitAsync(new AddNumber(n), default))];
        first.SetResult();
        Assert.Equal(0, await alone.WaitAsync(s_limit));
        Assert.Equal(Enumerable.Range(1, 99), await Task.WhenAll(others).WaitAsync(s_limit));
        Assert.Equal([1, 99], sizes);
        Assert.Equal(100L, await Databases.ReadAsync<long>(database, "SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task A_refused_call_fails_alone()
    {
        await using PostgresDatabase database = await Databases.OpenAsync(await fixture.Server.CreateDatabaseAsync());
        await using var writer = new GroupWriter<AddNumber>(database, (group, token) => InsertAsync(database, group, token), new GroupLimits(Width: 1));
        Task<int>[] calls = [.. Enumerable.Range(0, 64).Select(n => writer.SubmitAsync(new AddNumber(n == 37 ? 1_000 : n), default))];
        for (int i = 0; i < calls.Length; i++)
        {
            if (i == 37)
            {
                await Assert.ThrowsAsync<RejectedException>(() => calls[i].WaitAsync(s_limit));
            }
            else
            {
                Assert.Equal(i, await calls[i].WaitAsync(s_limit));
            }
        }

        Assert.Equal(63L, await Databases.ReadAsync<long>(database, "SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task A_lost_connection_makes_the_outcome_unknown_and_the_next_call_goes_on()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase database = await Databases.OpenAsync(where);
        bool cuts = true;
        await using var writer = new GroupWriter<AddNumber>(
            database,
            async (group, token) =>
            {
                if (cuts)
                {
                    cuts = false;
                    await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync(token);
                    await using var command = new NpgsqlCommand("SELECT pg_terminate_backend(pg_backend_pid())", connection);
                    await command.ExecuteNonQueryAsync(token);
                }

                await InsertAsync(database, group, token);
            },
            new GroupLimits(Width: 1));
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => writer.SubmitAsync(new AddNumber(1), default).WaitAsync(s_limit));
        Assert.Contains(Databases.NameOf(where), failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await writer.SubmitAsync(new AddNumber(1), default).WaitAsync(s_limit));
    }

    [Fact]
    public async Task Groups_that_deadlock_run_again()
    {
        await using PostgresDatabase database = await Databases.OpenAsync(await fixture.Server.CreateDatabaseAsync());
        await using (NpgsqlCommand insert = database.Source.CreateCommand("INSERT INTO numbers VALUES (1), (2)"))
        {
            await insert.ExecuteNonQueryAsync();
        }

        using var bothLocked = new Barrier(2);
        int tries = 0;
        async Task LockBoth(IReadOnlyList<AddNumber> group, CancellationToken token)
        {
            bool meets = Interlocked.Increment(ref tries) <= 2;
            await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync(token);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(token);
            int[] rows = [group[0].Number, 3 - group[0].Number];
            foreach (int row in rows)
            {
                await using var command = new NpgsqlCommand($"SELECT FROM numbers WHERE n = {row} FOR UPDATE", connection);
                await command.ExecuteNonQueryAsync(token);
                if (meets)
                {
                    meets = false;
                    Assert.True(bothLocked.SignalAndWait(s_limit, token));
                }
            }

            await transaction.CommitAsync(token);
            group[0].Decide(group[0].Number);
        }

        await using var one = new GroupWriter<AddNumber>(database, LockBoth, new GroupLimits());
        await using var other = new GroupWriter<AddNumber>(database, LockBoth, new GroupLimits());
        int[] decided = await Task.WhenAll(one.SubmitAsync(new AddNumber(1), default), other.SubmitAsync(new AddNumber(2), default)).WaitAsync(s_limit);
        Assert.Equal([1, 2], decided);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Closing_waits_for_what_was_submitted_and_refuses_what_comes_later()
    {
        await using PostgresDatabase database = await Databases.OpenAsync(await fixture.Server.CreateDatabaseAsync());
        var writer = new GroupWriter<AddNumber>(database, (group, token) => InsertAsync(database, group, token), new GroupLimits(Width: 1, MostInGroup: 1, MostQueued: 500));
        Task<int>[] calls = [.. Enumerable.Range(0, 50).Select(n => writer.SubmitAsync(new AddNumber(n), default))];
        await writer.DisposeAsync();
        Assert.Equal(Enumerable.Range(0, 50), await Task.WhenAll(calls).WaitAsync(s_limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.SubmitAsync(new AddNumber(60), default));
    }

    [Fact]
    public async Task More_than_the_queue_holds_waits_for_room()
    {
        await using PostgresDatabase database = await Databases.OpenAsync(await fixture.Server.CreateDatabaseAsync());
        await using var writer = new GroupWriter<AddNumber>(
            database, (group, token) => InsertAsync(database, group, token), new GroupLimits(Width: 1, MostInGroup: 3, MostQueued: 2));
        Task<int>[] calls = [.. Enumerable.Range(0, 40).Select(n => writer.SubmitAsync(new AddNumber(n), default))];
        Assert.Equal(Enumerable.Range(0, 40), await Task.WhenAll(calls).WaitAsync(s_limit));
    }

    private static async Task InsertAsync(PostgresDatabase database, IReadOnlyList<AddNumber> group, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.Source.CreateCommand("INSERT INTO numbers SELECT unnest($1) ON CONFLICT DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. group.Select(static call => call.Number)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
        foreach (AddNumber call in group)
        {
            call.Decide(call.Number);
        }
    }

    private sealed class AddNumber(int number) : GroupedCall<int>
    {
        internal int Number { get; } = number;
    }
}
