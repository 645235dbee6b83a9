using System.Threading.Channels;
using FuncExec.Runtime.PostgresStore.Signals;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.PostgresStore.Tests;

[Collection(PostgresGroup.Name)]
public sealed class SignalsTests(PostgresFixture fixture)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Others_hear_a_topic_and_the_teller_does_not()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using Node one = await Node.StartAsync(where);
        await using Node other = await Node.StartAsync(where);
        one.Signals.Notify("apples");
        Assert.Equal("apples", await other.HearAsync());
        other.Signals.Notify("pears");
        Assert.Equal("pears", await one.HearAsync()); // And not its own apples before.
    }

    [Fact]
    public async Task Stores_and_schemas_do_not_hear_each_other()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using Node teller = await Node.StartAsync(where);
        await using Node hearer = await Node.StartAsync(where);
        await using Node otherStore = await Node.StartAsync(where, store: "other");
        await using Node otherSchema = await Node.StartAsync(where, schema: "funcexec_second");
        teller.Signals.Notify("x");
        Assert.Equal("x", await hearer.HearAsync());
        otherStore.Signals.Notify("y");
        otherSchema.Signals.Notify("z");
        teller.Signals.Notify("last");
        Assert.Equal("last", await hearer.HearAsync());
    }

    [Fact]
    public async Task Many_topics_arrive_in_few_notifications()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using Node teller = await Node.StartAsync(where);
        await using Node hearer = await Node.StartAsync(where);
        string[] topics = [.. Enumerable.Range(0, 1_500).Select(static n => $"topic number {n}")];
        foreach (string topic in topics)
        {
            teller.Signals.Notify(topic);
            teller.Signals.Notify(topic);
        }

        var heard = new HashSet<string>();
        while (heard.Count < topics.Length)
        {
            heard.Add(await hearer.HearAsync());
        }

        Assert.Equal([.. topics], heard);
    }

    [Fact]
    public async Task More_topics_than_can_be_said_are_a_gap()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using Node teller = await Node.StartAsync(where);
        await using Node hearer = await Node.StartAsync(where);
        for (int i = 0; i < 20_000; i++)
        {
            teller.Signals.Notify($"{i}");
        }

        while (await hearer.HearAsync() != Node.Gap)
        {
        }
    }

    [Fact]
    public async Task A_cut_connection_comes_back_and_tells_the_gap()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using Node teller = await Node.StartAsync(where);
        await using Node hearer = await Node.StartAsync(where);
        teller.Signals.Notify("before");
        Assert.Equal("before", await hearer.HearAsync());
        await fixture.Server.EndConnectionsAsync(Databases.NameOf(where));
        while (await hearer.HearAsync() != Node.Gap)
        {
        }

        teller.Signals.Notify("after");
        while (await hearer.HearAsync() != "after")
        {
        }
    }

    [Fact]
    public async Task A_connection_that_the_driver_finds_broken_while_nothing_is_told_comes_back_too()
    {
        string where = await fixture.Server.CreateDatabaseAsync() + ";Keepalive=1";
        await using Node teller = await Node.StartAsync(where);
        await using Node hearer = await Node.StartAsync(where);
        teller.Signals.Notify("before");
        Assert.Equal("before", await hearer.HearAsync());
        await fixture.Server.EndConnectionsAsync(Databases.NameOf(where));
        await Task.Delay(TimeSpan.FromSeconds(2.5)); // Two looks of the driver, of which nobody else hears.

        teller.Signals.Notify("after");
        while (await hearer.HearAsync() != "after")
        {
        }
    }

    private sealed class Node : IAsyncDisposable
    {
        internal const string Gap = "(gap)";

        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private readonly PostgresDatabase _database;

        private Node(PostgresDatabase database, string store)
        {
            _database = database;
            Signals = new PostgresSignals(database, store, TimeProvider.System, NullLogger.Instance);
            Signals.Received += topic => _heard.Writer.TryWrite(topic);
            Signals.Reconnected += () => _heard.Writer.TryWrite(Gap);
        }

        internal PostgresSignals Signals { get; }

        internal static async Task<Node> StartAsync(string where, string store = "test", string schema = "funcexec_test")
        {
            var node = new Node(await Databases.OpenAsync(where, schema: schema), store);
            await node.Signals.StartAsync(default);
            return node;
        }

        internal Task<string> HearAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

        public async ValueTask DisposeAsync()
        {
            await Signals.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
